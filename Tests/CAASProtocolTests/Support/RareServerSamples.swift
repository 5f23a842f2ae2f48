@testable import CAASProtocol

/// The events behind the golden frames of the server table's rarer rows.
enum RareServerSamples {
    static let events: [String: ServerSamples.Sample] = [
        "design-2-presence-update": ServerSamples.event(
            .presenceUpdate(
                Presence(
                    userID: "alice",
                    status: .away,
                    customMessage: "At lunch",
                    customMessageUntil: 1_705_657_921_000,
                    lastSeen: 1_705_654_320_000,
                    v: 7
                )
            )
        ),
        "presence-update-least": ServerSamples.event(
            .presenceUpdate(Presence(userID: "alice", status: .offline, v: 8))
        ),
        "design-2-call-incoming": ServerSamples.event(
            .callIncoming(
                CallIncoming(
                    callID: "call_1",
                    callerID: "alice",
                    name: "Alice \"A\"",
                    avatarURL: "https://example.org/a",
                    type: .video,
                    expiresAt: 1_705_654_366_007,
                    iceServers: [
                        ICEServer(urls: ["stun:h:3478"]),
                        ICEServer(
                            urls: ["turn:h:3478", "turns:h:5349"],
                            username: "1705657921:acme:alice",
                            credential: "c2VjcmV0"
                        ),
                    ]
                )
            ),
            in: "conv_xyz"
        ),
        "call-incoming-least": ServerSamples.event(
            .callIncoming(CallIncoming(callID: "call_1", callerID: "alice", type: .audio, expiresAt: 9)),
            in: "conv_xyz"
        ),
        "design-2-call-answered": ServerSamples.event(
            .callAnswered(CallAnswered(callID: "call_1", answeredBy: "bob", deviceID: "d1")),
            in: "conv_xyz"
        ),
        "design-2-call-ended": ServerSamples.event(
            .callEnded(CallEnded(callID: "call_1", duration: 61_000, reason: .hangup, endedBy: "bob")),
            in: "conv_xyz"
        ),
        "call-ended-elsewhere": ServerSamples.event(
            .callEnded(CallEnded(callID: "call_1", duration: 0, reason: .answeredElsewhere)),
            in: "conv_xyz"
        ),
        "call-ringing": ServerSamples.event(.callRinging("call_1"), in: "conv_xyz"),
        "call-update": ServerSamples.event(
            .callUpdate(CallUpdate(callID: "call_1", state: .reconnecting)),
            in: "conv_xyz"
        ),
        "call-signal": ServerSamples.event(
            .callSignal(CallSignalled(callID: "call_1", from: "bob", kind: .endOfCandidates, payload: "null")),
            in: "conv_xyz"
        ),
        "reaction-update": ServerSamples.event(
            .reactionUpdate(
                ReactionUpdate(
                    messageID: "m1",
                    userID: "bob",
                    emoji: "👍",
                    on: true,
                    counts: [.init(emoji: "👍", count: 2), .init(emoji: "\"", count: 1)],
                    offset: 60
                )
            ),
            in: "conv_xyz"
        ),
        "reaction-update-none": ServerSamples.event(
            .reactionUpdate(
                ReactionUpdate(messageID: "m1", userID: "bob", emoji: "x", on: false, counts: [], offset: 61)
            ),
            in: "conv_xyz"
        ),
        "receipt-update": ServerSamples.event(
            .receiptUpdate(ReceiptUpdate(userID: "bob", readSeq: 41, deliveredSeq: 42)),
            in: "conv_xyz"
        ),
        "conversation-changed": ServerSamples.event(
            .conversationChanged(
                ConversationChange(
                    name: .set("Team"),
                    metadata: .set(#"{"a":1}"#),
                    visibility: .private,
                    slowMode: 0,
                    frozen: false,
                    offset: 62
                )
            ),
            in: "conv_xyz"
        ),
        "conversation-changed-name": ServerSamples.event(
            .conversationChanged(ConversationChange(name: .set(""), offset: 63)),
            in: "conv_xyz"
        ),
        "conversation-changed-cleared": ServerSamples.event(
            .conversationChanged(ConversationChange(name: .clear, metadata: .clear, offset: 64)),
            in: "conv_xyz"
        ),
        "event-new": ServerSamples.event(
            .eventNew(EventNew(name: "cursor:move", payload: #"{"x":1}"#, senderID: "bob")),
            in: "conv_xyz"
        ),
        "media-congestion": ServerSamples.event(
            .mediaCongestion(MediaCongestion(streamID: "cam 1", dropped: 12)),
            in: "conv_xyz"
        ),
        "file-progress": ServerSamples.event(
            .fileProgress(FileProgress(fileID: "file_1", nextIndex: 16)),
            in: "conv_xyz"
        ),
        "file-complete": ServerSamples.event(
            .fileComplete(FileComplete(fileID: "file_1", attachmentID: "att_1", sha256: "9f86d0")),
            in: "conv_xyz"
        ),
        "ack-call-ringing": ServerSamples.ack(
            .call(CallStanding(callID: "call_1", conversationID: "conv_xyz", state: .ringing, iceServers: [relay]))
        ),
        "ack-call-glare": ServerSamples.ack(.call(glare)),
        "ack-call-ended": ServerSamples.ack(
            .call(
                CallStanding(callID: "call_1", conversationID: "conv_xyz", state: .ended, reason: .busy, duration: 0)
            )
        ),
        "ack-ice-servers": ServerSamples.ack(.iceServers([ICEServer(urls: ["stun:a.example"]), relay])),
        "session-resumed": ServerSamples.event(.sessionResumed),
        "session-expiring": ServerSamples.event(.sessionExpiring(expiresAt: 1_705_654_381_007)),
        "member-muted": ServerSamples.event(
            .memberUpdated(
                MemberUpdated(userID: "alice", change: .muted, role: nil, until: 1_705_657_921_000, offset: 3)
            ),
            in: "conv_xyz"
        ),
    ]

    private static let relay = ICEServer(
        urls: ["turn:a.example:3478", "turns:a.example"],
        username: "1705657921:acme:alice",
        credential: "c2VjcmV0"
    )

    private static let glare: CallStanding = {
        var standing = CallStanding(
            callID: "call_1",
            conversationID: "conv_xyz",
            state: .answered,
            iceServers: []
        )
        standing.isGlare = true
        standing.isDuplicate = true
        return standing
    }()
}
