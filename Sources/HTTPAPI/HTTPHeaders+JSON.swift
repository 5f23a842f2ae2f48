import Foundation
import NIOHTTP1

extension HTTPHeaders {
    /// Whether the body is said to be JSON; parameters such as a charset change nothing.
    var isJSON: Bool {
        let types = self["Content-Type"]
        guard types.count == 1, let type = types.first?.prefix(while: { $0 != ";" }) else { return false }
        return type.trimmingCharacters(in: .whitespaces).lowercased() == "application/json"
    }
}
