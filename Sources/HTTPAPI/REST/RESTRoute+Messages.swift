import CAASProtocol
import Chat
import NIOHTTP1

extension RESTRoute {
    /// `/v1/conversations/{conversationId}/messages` (R17–R19, R22).
    static let messages: [RESTRoute] = [
        .event(
            .messageHistory,
            .GET,
            "/v1/conversations/{conversationId}/messages",
            Operation(
                id: "listMessages",
                summary: "Messages in ascending seq: the latest ones, or those on one side of a place.",
                tag: "messages",
                query: [
                    QueryParameter(
                        name: "beforeSeq",
                        kind: .integer(minimum: 0),
                        meaning: "Only messages before this seq; not together with `afterSeq`."
                    ),
                    QueryParameter(
                        name: "afterSeq",
                        kind: .integer(minimum: 0),
                        meaning: "Only messages after this seq."
                    ),
                    .limit,
                ],
                answers: [.ok("History", "A page, and whether there are more in its direction.")]
            )
        ),
        .event(
            .messageSend,
            .POST,
            "/v1/conversations/{conversationId}/messages",
            Operation(
                id: "sendMessage",
                summary: "Stores a message and tells the conversation's readers.",
                tag: "messages",
                body: "NewMessage",
                author: .required,
                takesKey: true,
                answers: [
                    .created("MessageSent", "It is on the disk."),
                    .ok("MessageSent", "It was sent before with this key: the same answer, with `duplicate`."),
                ]
            )
        ),
        .asking(
            like: .messageHistory,
            .GET,
            "/v1/conversations/{conversationId}/messages/{messageId}",
            Operation(
                id: "getMessage",
                summary: "One message, or what is left of it.",
                tag: "messages",
                answers: [.ok("MessageFound", "As it is now.")]
            )
        ) { call throws(SpecError) in
            let conversation = try call.conversationID()
            return .read(.message(try call.messageID(), conversation))
        },
        .event(
            .messageEdit,
            .PATCH,
            "/v1/conversations/{conversationId}/messages/{messageId}",
            Operation(
                id: "editMessage",
                summary: "Replaces the content of a message.",
                tag: "messages",
                body: "MessageEdit",
                takesKey: true,
                answers: [.ok("MessageEdited", "The content is this.")]
            )
        ),
        .event(
            .messageDelete,
            .DELETE,
            "/v1/conversations/{conversationId}/messages/{messageId}",
            Operation(
                id: "deleteMessage",
                summary: "Erases a message and leaves its place.",
                tag: "messages",
                query: [.reason],
                takesKey: true,
                answers: [.ok("MessageDeleted", "It is deleted, or was before (`duplicate`).")]
            )
        ),
    ]
}
