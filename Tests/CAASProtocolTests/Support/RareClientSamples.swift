import CAASProtocol

/// The events behind the golden frames of the client table's rarer rows.
enum RareClientSamples {
    static let events: [String: ClientEvent] = [
        "table-presence-update": .presenceUpdate(
            PresenceUpdate(status: .invisible, customMessage: "", customMessageUntil: 1_705_657_921_000)
        ),
        "table-call-initiate-group": .callInitiate(CallInitiate(conversationID: "conv_xyz")),
        "table-call-signal": .callSignal(
            CallSignal(callID: "call_1", to: "bob", kind: .candidates, payload: #"[{"candidate":"a"}]"#)
        ),
        "table-call-ice": .callICE(CallReference(callID: "call_1")),
        "table-message-read": .messageRead(MessageReceipt(conversationID: "conv_xyz", seq: 42, isPrivate: true)),
        "table-message-delivered": .messageDelivered(MessageReceipt(conversationID: "conv_xyz", seq: 42)),
        "table-message-react": .messageReact(MessageReact(messageID: "m1", emoji: "👍🏽", on: true)),
        "table-message-pin": .messagePin(MessagePin(messageID: "m1", on: false)),
        "table-message-search": .messageSearch(
            MessageSearch(query: "hello", conversationID: "conv_xyz", page: Page(cursor: "next", limit: 10))
        ),
        "table-conversation-sync": .conversationSync(
            ConversationSync(cursors: [
                .init(conversationID: "conv_xyz", offset: 57), .init(conversationID: "conv_abc", offset: 0),
            ])
        ),
        "table-conversation-update": .conversationUpdate(
            ConversationUpdate(
                conversationID: "conv_xyz",
                name: .set("Team"),
                metadata: .set(#"{"a":1}"#),
                visibility: .public,
                slowMode: 21_600,
                frozen: true
            )
        ),
        "table-presence-subscribe": .presenceSubscribe(PresenceSubscription(userIDs: ["bob", "eve@example.org"])),
        "table-presence-unsubscribe": .presenceUnsubscribe(PresenceSubscription(userIDs: ["bob"])),
        "table-event-send": .eventSend(
            EventSend(conversationID: "conv_xyz", name: "cursor:move", payload: #"{"x":1,"y":[2,null]}"#)
        ),
        "table-user-block": .userBlock(UserBlock(userID: "bob", on: true)),
        "table-media-subscribe": .mediaSubscribe(
            MediaSubscription(conversationID: "conv_xyz", kinds: [.audio, .video])
        ),
        "table-media-unsubscribe": .mediaUnsubscribe(MediaSubscription(conversationID: "conv_xyz")),
        "table-file-begin": .fileBegin(
            FileBegin(
                conversationID: "conv_xyz",
                name: "a.pdf",
                mimeType: "application/pdf",
                size: 104_857_600,
                sha256: "9f86d0",
                chunkSize: 32_768
            )
        ),
        "table-file-resume": .fileResume(FileResume(fileID: "file_1")),
    ]
}
