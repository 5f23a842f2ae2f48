public import CAASProtocol
import Foundation

/// Why something failed: the error object of the protocol, made by the service or by this client.
///
/// What this client makes itself has the code `UNAVAILABLE` or `INVALID_PAYLOAD` and in `details.reason`: `url`, `connect`,
/// `handshake`, `timeout`, `closed`, `slow_consumer`, `too_large`, `too_many` or `unreadable`.
public struct CAASError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The code, such as `NOT_MEMBER`; one of ``ErrorCode`` or of a later version.
    public let code: String
    /// A sentence for developers.
    public let message: String
    /// `details.reason`, where there is one.
    public let reason: String?
    /// The whole object: `code`, `message`, `details`, `retryAfter`.
    public let json: JSONFragment

    /// The code and the sentence.
    public var description: String { "\(code): \(message)" }

    /// Takes an error that was made here.
    public init(_ error: SpecError) {
        var bytes: [UInt8] = []
        error.encode(into: &bytes)
        code = error.code.rawValue
        message = error.message
        reason = error.reason
        json = JSONFragment(checked: bytes)
    }

    /// Takes the object that a frame carries; nil where it is none.
    init?(_ object: Any?) {
        guard let object = object as? [String: Any], let code = object["code"] as? String,
            let bytes = try? JSONSerialization.data(
                withJSONObject: object,
                options: [.sortedKeys, .withoutEscapingSlashes]
            ),
            let json = try? JSONFragment(parsing: [UInt8](bytes).span.bytes)
        else { return nil }
        self.code = code
        self.json = json
        message = object["message"] as? String ?? ""
        reason = (object["details"] as? [String: Any])?["reason"] as? String
    }

    static func unavailable(_ reason: String, _ message: String) -> CAASError {
        CAASError(SpecError(.unavailable, reason: reason, message: message))
    }

    static let timeout = unavailable(
        "timeout",
        "No answer came in time; whether it happened is unknown, resend the same id."
    )
    static let unreadable = unavailable("unreadable", "The server sent what this client cannot read.")
    static let slowConsumer = unavailable("slow_consumer", "Events came faster than they were read, some are lost.")
}
