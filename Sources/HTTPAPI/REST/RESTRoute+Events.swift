import CAASProtocol
import Chat
import NIOHTTP1

extension RESTRoute {
    /// Own events (R76): to a conversation as on the socket, and from a backend to a user.
    static let events: [RESTRoute] = [
        .event(
            .eventSend,
            .POST,
            "/v1/conversations/{conversationId}/events",
            Operation(
                id: "sendEvent",
                summary: "Tells the connections that have joined a conversation; nothing is kept.",
                tag: "events",
                body: "OwnEvent",
                answers: [.ok("EventSent", "Whoever is here is told.")]
            )
        ),
        .asking(
            like: .eventSend,
            .POST,
            "/v1/users/{userId}/events",
            Operation(
                id: "sendEventToUser",
                summary: "Tells all connections of a user; nothing is kept. A backend's key alone.",
                tag: "events",
                body: "OwnEvent",
                answers: [.ok("EventSent", "Those that are open now are told.")]
            ),
            access: .key(.eventSend)
        ) { call throws(SpecError) in
            let user = try call.userID()
            let body = try call.body().utf8
            return .eventToUser(user, try OwnEvent(parsing: body.span.bytes))
        },
    ]
}
