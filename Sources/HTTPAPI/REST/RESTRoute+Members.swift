import CAASProtocol
import NIOHTTP1

extension RESTRoute {
    /// `/v1/conversations/{conversationId}/members` (R30, R31).
    static let members: [RESTRoute] = [
        .event(
            .conversationMembers,
            .GET,
            "/v1/conversations/{conversationId}/members",
            Operation(
                id: "listMembers",
                summary: "The members of a conversation, in the order of their ids.",
                tag: "members",
                query: [.cursor, .limit],
                answers: [.ok("Members", "A page.")]
            )
        ),
        .event(
            .conversationInvite,
            .POST,
            "/v1/conversations/{conversationId}/members",
            Operation(
                id: "addMembers",
                summary: "Makes users members.",
                tag: "members",
                body: "Invitation",
                takesKey: true,
                answers: [.ok("Invited", "Who was added; whoever was a member already is not named.")]
            )
        ),
        .event(
            .conversationRole,
            .PATCH,
            "/v1/conversations/{conversationId}/members/{userId}",
            Operation(
                id: "changeMember",
                summary: "Gives a member another role.",
                tag: "members",
                body: "RoleChange",
                takesKey: true,
                answers: [.ok("Role", "The role from here on.")]
            )
        ),
        .event(
            .conversationRemove,
            .DELETE,
            "/v1/conversations/{conversationId}/members/{userId}",
            Operation(
                id: "removeMember",
                summary: "Ends a membership, and keeps the user out with `ban`.",
                tag: "members",
                query: [
                    QueryParameter(name: "ban", kind: .flag, meaning: "Whether the user may not come back."),
                    QueryParameter(
                        name: "until",
                        kind: .integer(minimum: 0),
                        meaning: "When the ban ends, Unix milliseconds; without it, never."
                    ),
                    .reason,
                ],
                takesKey: true,
                answers: [.ok("Changed", "The user is no member any more.")]
            )
        ),
    ]
}
