import CAASProtocol
import Chat
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
                summary: "The conversations of a user, the latest joined first.",
                tag: "conversations",
                query: [.cursor, .limit],
                author: .required,
                answers: [.ok("Conversations", "A page.")]
            )
        ),
        .asking(
            like: .conversationList,
            .GET,
            "/v1/conversations/{conversationId}",
            Operation(
                id: "getConversation",
                summary: "One conversation, as in the list, and how many members it has.",
                tag: "conversations",
                answers: [.ok("ConversationDetails", "As it is now.")]
            )
        ) { call throws(SpecError) in .read(.conversation(try call.conversationID())) },
        .event(
            .conversationUpdate,
            .PATCH,
            "/v1/conversations/{conversationId}",
            Operation(
                id: "changeConversation",
                summary: "Changes what is named: null clears a name and metadata.",
                tag: "conversations",
                body: "ConversationChanges",
                takesKey: true,
                answers: [.ok("Changed", "It is so now; without `offset` it was so before.")]
            )
        ),
        .asking(
            like: .conversationUpdate,
            .DELETE,
            "/v1/conversations/{conversationId}",
            Operation(
                id: "deleteConversation",
                summary: "Deletes a conversation with everything in it.",
                tag: "conversations",
                takesKey: true,
                answers: [.ok("Changed", "It is gone.")]
            )
        ) { call throws(SpecError) in .removeConversation(try call.conversationID()) },
    ]
}
