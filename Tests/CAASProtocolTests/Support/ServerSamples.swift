@testable import CAASProtocol

/// The events behind the golden server frames.
enum ServerSamples {
    static let frames: [String: ServerFrame] = {
        var frames = events.merging(RareServerSamples.events) { first, _ in first }.mapValues {
            frame($0.event, in: $0.conversation, replyTo: $0.replyTo)
        }
        frames["protocol-message-new"]?.timestamp = 1_705_654_321_008
        frames["protocol-error"]?.timestamp = 1_705_654_321_009
        return frames
    }()

    private static func frame(
        _ event: ServerEvent,
        in conversation: ConversationID?,
        replyTo: FrameID?
    ) -> ServerFrame {
        ServerFrame(
            id: UUIDv7(high: 0x018D_20EB_7F6F_7000, low: 0x8000_0000_0000_0001),
            timestamp: 1_705_654_321_007,
            conversationID: conversation,
            replyTo: replyTo,
            event: event
        )
    }

    typealias Sample = (event: ServerEvent, conversation: ConversationID?, replyTo: FrameID?)

    static func event(_ event: ServerEvent, in conversation: ConversationID? = nil) -> Sample {
        (event, conversation, nil)
    }

    static func ack(_ outcome: Acknowledgement.Outcome) -> Sample {
        (.ack(.success(timestamp: 5, outcome)), nil, "msg_1")
    }

    private static let events: [String: Sample] = [
        "protocol-ack": (
            .ack(
                .success(
                    timestamp: 1_705_654_321_006,
                    .sent(messageID: "0000000000001c41a", seq: 42, offset: 57, duplicate: false)
                )
            ), nil, "0f8e-1"
        ),
        "protocol-message-new": event(
            .messageNew(
                Message(
                    id: "0000000000001c41a",
                    conversationID: "conv_xyz",
                    seq: 42,
                    offset: 57,
                    senderID: "alice",
                    clientID: "0f8e-1",
                    createdAt: 1_705_654_321_006,
                    body: MessageBody(content: "Hello!")
                )
            ),
            in: "conv_xyz"
        ),
        "protocol-error": (
            .error(
                SpecError(
                    .rateLimited,
                    reason: "bucket",
                    details: [
                        .init("scope", .text("user")), .init("bucket", .text("message:send")),
                        .init("limit", .integer(5)),
                    ],
                    retryAfter: 180
                )
            ), nil, "0f8e-2"
        ),
        "design-2-message-new": event(.messageNew(richMessage), in: "conv_xyz"),
        "design-2-message-updated": event(
            .messageUpdated(
                MessageUpdated(
                    messageID: "m1",
                    content: "Hello, all!",
                    editVersion: 2,
                    editedAt: 1_705_654_321_006,
                    editedBy: "alice",
                    offset: 58
                )
            ),
            in: "conv_xyz"
        ),
        "design-2-message-deleted": event(
            .messageDeleted(
                MessageDeleted(
                    messageID: "m1",
                    seq: 42,
                    offset: 59,
                    tombstone: .init(deletedAt: 1_705_654_321_006, deletedBy: "bob", reason: "spam")
                )
            ),
            in: "conv_xyz"
        ),
        "design-2-typing-update": event(
            .typingUpdate(userID: "alice", typing: true, expiresAt: 1_705_654_329_007),
            in: "conv_xyz"
        ),
        "design-2-typing-update-stopped": event(
            .typingUpdate(userID: "alice", typing: false, expiresAt: nil),
            in: "conv_xyz"
        ),
        "design-2-error": (.error(.missing("data.content")), nil, "msg_1"),
        "error-in-a-conversation": event(.error(.unsupportedVersion(field: "version")), in: "conv_xyz"),
        "design-3-ack-failure": (.ack(.failure(SpecError(.notMember))), nil, "msg_123"),
        "ack-done": ack(.done),
        "ack-sent-again": ack(.sent(messageID: "m1", seq: 1, offset: 2, duplicate: true)),
        "ack-edited": ack(.edited(messageID: "m1", editVersion: 3, offset: 2, duplicate: false)),
        "ack-deleted": ack(.deleted(messageID: "m1", offset: 2, duplicate: true)),
        "ack-history": ack(.history([plainMessage, deletedMessage], hasMore: false)),
        "ack-joined": ack(.joined(latestSeq: 1, latestOffset: 2, role: .member, members: 3)),
        "ack-left": ack(.left(offset: 2, duplicate: false)),
        "ack-created": ack(.created(conversationID: "c", existing: true, duplicate: true)),
        "ack-conversations": ack(
            .conversations(
                [
                    ConversationSummary(
                        conversationID: "c",
                        kind: .direct,
                        name: nil,
                        visibility: .private,
                        metadata: nil,
                        role: .member,
                        latestSeq: 2,
                        latestOffset: 3,
                        lastMessage: deletedMessage,
                        peerID: "bob"
                    )
                ],
                cursor: "next page"
            )
        ),
        "ack-members": ack(
            .members(
                [
                    MemberSummary(
                        userID: "alice",
                        name: "Alice \"A\"",
                        avatarURL: "https://example.org/a",
                        role: .owner,
                        joinedAt: 1
                    ),
                    MemberSummary(userID: "bob", name: nil, avatarURL: nil, role: .readonly, joinedAt: 2),
                ],
                cursor: nil
            )
        ),
        "ack-invited": ack(.invited(["bob", "eve"], offset: 4, duplicate: false)),
        "ack-role": ack(.role(.moderator, offset: 4, duplicate: false)),
        "ack-presences": ack(
            .presences([
                Presence(
                    userID: "bob",
                    status: .away,
                    customMessage: "\u{1F600}",
                    customMessageUntil: 9,
                    lastSeen: 5,
                    v: 7
                ),
                Presence(userID: "eve", status: .offline, v: 8),
            ])
        ),
        "ack-session": ack(.session(expiresAt: 9)),
        "ack-pong": ack(.pong(serverTime: 5)),
        "session-ready": event(
            .sessionReady(
                SessionReady(
                    sessionID: "s1",
                    userID: "alice",
                    tenantID: "acme",
                    deviceID: "d1",
                    name: "Alice",
                    resumed: false,
                    serverTime: 1,
                    expiresAt: 2,
                    lastClientIDs: ["a", "b"]
                )
            )
        ),
        "server-drain": event(.serverDrain(reconnectInMs: 1_500)),
        "pong": (.pong(serverTime: 5), nil, "msg_1"),
        "conversation-updated": event(
            .conversationUpdated(
                ConversationSummary(
                    conversationID: "c",
                    kind: .group,
                    name: "Team",
                    visibility: .public,
                    metadata: JSONFragment(checked: Array(#"{"a":1}"#.utf8)),
                    role: .owner,
                    latestSeq: 0,
                    latestOffset: 1
                )
            ),
            in: "c"
        ),
        "conversation-removed": event(
            .conversationRemoved(ConversationRemoved(reason: .banned, by: "bob", until: 9)),
            in: "c"
        ),
        "member-updated": event(
            .memberUpdated(MemberUpdated(userID: "alice", change: .joined, role: .member, offset: 2)),
            in: "c"
        ),
    ]

    private static let plainMessage = Message(
        id: "m1",
        conversationID: "conv_xyz",
        seq: 1,
        offset: 1,
        senderID: "alice",
        clientID: "a",
        createdAt: 4,
        body: MessageBody(content: "Hi")
    )

    private static let deletedMessage = Message(
        id: "m2",
        conversationID: "conv_xyz",
        seq: 2,
        offset: 3,
        senderID: "alice",
        clientID: "b",
        createdAt: 4,
        body: MessageBody(),
        tombstone: .init(deletedAt: 5, deletedBy: "bob")
    )

    private static let richMessage = Message(
        id: "m1",
        conversationID: "conv_xyz",
        seq: 1,
        offset: 1,
        senderID: "alice",
        clientID: "msg_1",
        createdAt: 1_705_654_321_006,
        body: MessageBody(
            type: "image",
            content: "a \"b\" \\ \n\t\u{1F} é 😀 / \u{7F}",
            attachments: [
                Attachment(
                    url: "https://example.org/a.png",
                    name: "a.png",
                    mimeType: "image/png",
                    size: 10,
                    width: 2,
                    height: 3,
                    duration: 4,
                    thumbnailURL: "https://example.org/t.png",
                    metadata: JSONFragment(checked: Array(#"{"k": 1}"#.utf8))
                ),
                Attachment(attachmentID: "file_1"),
            ],
            mentions: ["bob", "eve@example.org"],
            metadata: JSONFragment(checked: Array(#"{"b":[1.0,null] , "a":"x"}"#.utf8)),
            threadID: "m00",
            replyTo: "m0"
        ),
        editVersion: 2,
        editedAt: 1_705_654_321_007
    )
}
