import CAASProtocol
import Chat
import NIOHTTP1

extension RESTRoute {
    /// `/v1/users/{userId}` and its connections (R26, R70): for the user itself, and for the scope `admin`.
    static let users: [RESTRoute] = [
        .asking(
            like: .conversationMembers,
            .GET,
            "/v1/users/{userId}",
            Operation(
                id: "getUser",
                summary: "What a user is called.",
                tag: "users",
                answers: [.ok("UserFound", "As it is now.")]
            )
        ) { call throws(SpecError) in .read(.user(try call.userID())) },
        .asking(
            like: .conversationUpdate,
            .PUT,
            "/v1/users/{userId}",
            Operation(
                id: "putUser",
                summary: "Makes a user, or says anew what it is called: what is absent is taken away.",
                tag: "users",
                body: "UserNames",
                takesKey: true,
                answers: [.ok("Changed", "The user is called so.")]
            )
        ) { call throws(SpecError) in
            let user = try call.userID()
            let body = try call.body().utf8
            return .putUser(try UserSummary(userID: user, parsing: body.span.bytes))
        },
        .asking(
            like: .conversationUpdate,
            .DELETE,
            "/v1/users/{userId}",
            Operation(
                id: "deleteUser",
                summary: "Ends a user with its memberships and connections; its messages stay. Scope admin.",
                tag: "users",
                takesKey: true,
                answers: [.ok("Changed", "The user is gone.")]
            )
        ) { call throws(SpecError) in .removeUser(try call.userID()) },
        .asking(
            like: .conversationMembers,
            .GET,
            "/v1/users/{userId}/connections",
            Operation(
                id: "listConnections",
                summary: "A user's connections, the oldest first.",
                tag: "users",
                answers: [.ok("Connections", "Those that are open now.")]
            )
        ) { call throws(SpecError) in .connections(try call.userID()) },
        .asking(
            like: .conversationUpdate,
            .DELETE,
            "/v1/users/{userId}/connections",
            Operation(
                id: "disconnectUser",
                summary: "Closes a user's connections, which may come back.",
                tag: "users",
                query: [
                    QueryParameter(
                        name: "connectionId",
                        kind: .text,
                        meaning: "Only this one: its `id` in the list, which is the `sessionId` of its session:ready."
                    )
                ],
                answers: [.ok("Changed", "They are closed.")]
            )
        ) { call throws(SpecError) in .disconnectUser(try call.userID(), connection: call.query["connectionId"]) },
    ]
}
