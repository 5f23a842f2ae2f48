import CAASProtocol
import Chat
import Gateway
import NIOHTTP1

/// One row of R70's table: a method of a path, who may use it, what it does, and how it is described.
struct RESTRoute: Sendable {
    let method: HTTPMethod
    /// With the names of its ids in braces.
    let path: String
    let access: Access
    let operation: Operation
    /// Whether a signed link does in place of a credential.
    var takesLinks = false
    let respond: @Sendable (RESTCall) async throws(SpecError) -> PlainResponse

    /// The ids in the path, in their order.
    var ids: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// Who may ask, before anything else of the request is looked at (R1, R56).
    enum Access: Sendable {
        /// Whoever may ask for this event on the socket.
        case event(ClientEventType)
        /// A backend's key that may ask for this event.
        case key(ClientEventType)
        /// A backend's key with the scope `admin`.
        case adminKey

        /// Whether a user's token is of no use.
        var isForKeys: Bool {
            switch self {
            case .event: false
            case .key, .adminKey: true
            }
        }

        func check(_ caller: Caller) throws(SpecError) {
            switch self {
            case .event(let type):
                guard caller.scopes.allow(type) else { throw SpecError(.forbidden, reason: "scope") }
            case .key(let type):
                try checkKey(caller)
                guard caller.scopes.allow(type) else { throw SpecError(.forbidden, reason: "scope") }
            case .adminKey:
                try checkKey(caller)
                guard caller.scopes.contains(.admin) else { throw SpecError(.forbidden, reason: "scope") }
            }
        }

        private func checkKey(_ caller: Caller) throws(SpecError) {
            guard caller.isKey else {
                throw SpecError(
                    .forbidden,
                    reason: "key",
                    message: "This is for a backend's key alone."
                )
            }
        }
    }

    /// A route that asks what an event of the socket asks, by the same decoder and the same rule.
    ///
    /// What an event has in its data stands here in the body, the query, and the ids of the path.
    static func event(
        _ type: ClientEventType,
        _ method: HTTPMethod,
        _ path: String,
        _ operation: Operation
    ) -> RESTRoute {
        RESTRoute(method: method, path: path, access: .event(type), operation: operation) { call throws(SpecError) in
            try await call.perform(call.command(type))
        }
    }

    /// A route that has no event of its own: it takes the scope and the rate of `type`, which is most like it.
    static func asking(
        like type: ClientEventType,
        _ method: HTTPMethod,
        _ path: String,
        _ operation: Operation,
        access: Access? = nil,
        _ command: @escaping @Sendable (RESTCall) throws(SpecError) -> ChatRequest.Command
    ) -> RESTRoute {
        RESTRoute(method: method, path: path, access: access ?? .event(type), operation: operation) {
            call throws(SpecError) in
            let asked: ChatRequest.Command
            do throws(SpecError) {
                asked = try command(call)
            } catch {
                // What cannot be read counts against the rates as if it could (R1).
                asked = .malformed(type, nil, error)
            }
            return try await call.perform(asked)
        }
    }
}
