/// How a GET or POST of a session is refused.
package enum EngineIORefusal: Sendable, Hashable {
    case fault(EngineIOFault)
    /// The body is announced as bytes; packets are text.
    case notText
    /// The body is above ``EngineIOSettings/maxPayload``; the session lives on.
    case tooLarge

    /// The HTTP status.
    package var status: Int {
        switch self {
        case .fault(let fault): fault.status
        case .notText: 400
        case .tooLarge: 413
        }
    }

    /// JSON, or empty.
    package var body: String {
        switch self {
        case .fault(let fault): fault.body
        case .notText, .tooLarge: ""
        }
    }
}
