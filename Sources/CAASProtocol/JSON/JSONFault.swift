/// Why a text is not accepted as JSON (R6).
enum JSONFault: Error {
    /// Not JSON, or not UTF-8.
    case syntax
    /// Nested too deeply.
    case depth
    /// An object with too many members.
    case members
    /// A member's name twice in one object.
    case duplicateName
    /// A NUL or a lone surrogate in a text.
    case text
    /// A number with more digits than any encoder writes, or beyond what a double holds.
    case number

    /// `details.reason`.
    var reason: String {
        switch self {
        case .syntax: "json"
        case .depth: "depth"
        case .members: "members"
        case .duplicateName: "duplicate_key"
        case .text: "text"
        case .number: "number"
        }
    }

    /// The refusal as the protocol names it.
    func error(field: String? = nil) -> SpecError {
        let message =
            switch self {
            case .syntax: "This is not valid JSON."
            case .depth: "The JSON is nested too deeply."
            case .members: "An object has too many members."
            case .duplicateName: "A member stands twice in one object."
            case .text: "A text contains NUL or half of a surrogate pair."
            case .number: "A number has too many digits, or is too large."
            }
        return SpecError(.invalidPayload, field: field, reason: reason, message: message)
    }
}
