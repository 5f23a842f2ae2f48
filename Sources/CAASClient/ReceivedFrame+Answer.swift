import CAASProtocol
import Foundation

extension ReceivedFrame {
    /// What an acknowledgement says (R11): its data, or the error.
    var acknowledgement: Result<JSONFragment, CAASError> {
        guard let data, let object = object else { return .failure(.unreadable) }
        if object["success"] as? Bool == true { return .success(data) }
        return .failure(CAASError(object["error"]) ?? .unreadable)
    }

    /// The error that an `error` frame carries.
    var error: CAASError {
        CAASError(object) ?? .unreadable
    }

    private var object: [String: Any]? {
        guard let data else { return nil }
        return try? JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any]
    }
}
