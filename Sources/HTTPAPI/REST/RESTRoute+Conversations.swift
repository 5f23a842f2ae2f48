import CAASProtocol
import NIOHTTP1

extension RESTRoute {
    /// `/v1/conversations` (R26).
    static let conversations: [RESTRoute] = [
        .event(
            .conversationCreate,
            .POST,
            "/v1/conversations",
            Operation(
                id: "createConversation",
                summary: "Makes a conversation.",
                tag: "conversations",
                body: "NewConversation",
                takesKey: true,
                answers: [
                    .created("ConversationCreated", "It was made."),
                    .ok("ConversationCreated", "It was there: the pair's direct one, or this key's."),
                ]
            )
        ),
        .event(
            .conversationList,
            .GET,
            "/v1/conversations",
            Operation(
                id: "listConversations",
                summary: "The conversations of a user, the ones with the latest changes first.",
                tag: "conversations",
                query: [.cursor, .limit],
                author: .required,
                answers: [.ok("Conversations", "A page.")]
            )
        ),
    ]
}
