import CAASProtocol
import Chat

let acme = tenant("acme")
let alice = user("alice")
let bob = user("bob")
let carol = user("carol")

func tenant(_ name: String) -> TenantID {
    guard let id = TenantID(name) else { preconditionFailure("no tenant id") }
    return id
}

func user(_ name: String) -> UserID {
    guard let id = UserID(name) else { preconditionFailure("no user id") }
    return id
}

func frame(_ name: String) -> FrameID {
    guard let id = FrameID(name) else { preconditionFailure("no frame id") }
    return id
}

func roomKey(_ name: String, of tenant: TenantID = acme) -> ConversationKey {
    guard let id = ConversationID(name) else { preconditionFailure("no conversation id") }
    return ConversationKey(tenant: tenant, conversation: id)
}

func userKey(_ user: UserID, of tenant: TenantID = acme) -> UserKey {
    UserKey(tenant: tenant, user: user)
}

extension NewConversation {
    static func sample(
        _ name: String,
        of tenant: TenantID = acme,
        handle: UInt64 = .random(in: 0...UInt64.max),
        kind: ConversationKind = .group,
        createdBy: UserID? = nil,
        createdByFrame: FrameID? = nil
    ) -> NewConversation {
        NewConversation(
            key: roomKey(name, of: tenant),
            handle: handle,
            kind: kind,
            visibility: .private,
            name: "The \(name) room",
            metadata: JSONFragment(checked: Array(#"{"color":"blue"}"#.utf8)),
            createdAt: 1_700_000_000_000,
            createdBy: createdBy,
            createdByFrame: createdByFrame,
            requestHash: createdByFrame.map { Array($0.rawValue.utf8) }
        )
    }
}

extension NewMessage {
    static func sample(_ id: String, from sender: UserID = alice, _ content: String = "hello") -> NewMessage {
        NewMessage(
            sender: sender,
            clientID: frame(id),
            contentHash: Array(content.utf8),
            body: MessageBody(content: content),
            clientTimestamp: 1_700_000_000_001,
            createdAt: 1_700_000_000_002
        )
    }
}

extension MessageBody {
    /// A body that has everything.
    static let full = MessageBody(
        type: "custom:poll",
        content: "Größe \u{1F600} \" \\ \n e\u{301}",
        attachments: [
            Attachment(
                url: "https://example.org/a.png",
                name: "a.png",
                mimeType: "image/png",
                size: 12,
                width: 3,
                height: 4,
                thumbnailURL: "https://example.org/t.png",
                metadata: JSONFragment(checked: Array(#"{"a":[1.0,null]}"#.utf8))
            ),
            Attachment(attachmentID: "file_1", duration: 9),
        ],
        mentions: [bob, user("d@e|f+g")],
        metadata: JSONFragment(checked: Array(#"{"k":"v"}"#.utf8)),
        threadID: MessageID(MessageID.Location(handle: 7, seq: 1)),
        replyTo: MessageID(MessageID.Location(handle: 7, seq: 2))
    )
}

extension MemberRecord {
    static func sample(_ user: UserID, _ role: MemberRole = .member, joinedAt: Int64 = 1) -> MemberRecord {
        MemberRecord(user: user, standing: .member(role), joinedAt: joinedAt)
    }

    static func banned(_ user: UserID, until: Int64? = nil) -> MemberRecord {
        MemberRecord(user: user, standing: .banned(until: until), joinedAt: 1)
    }
}

/// What a test expected to be there.
struct Missing: Error {}

extension Storage {
    /// Makes a conversation with members.
    @discardableResult
    func make(_ conversation: NewConversation, _ members: [MemberRecord] = []) throws -> ConversationRecord {
        try write { writer throws in
            guard var record = try writer.insert(conversation) else { throw Missing() }
            for member in members { try writer.put(member, in: &record) }
            return record
        }
    }

    @discardableResult
    func append(_ message: NewMessage, to conversation: inout ConversationRecord) throws -> AppendResult {
        try write { try $0.append(message, to: &conversation) }
    }

    func conversation(_ key: ConversationKey) throws -> ConversationRecord? {
        try read { try $0.conversation(key) }
    }
}
