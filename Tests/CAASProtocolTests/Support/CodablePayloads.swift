import CAASProtocol
import Foundation

/// The payload of a client event as `Codable` reads it.
protocol CodablePayload: Decodable, SendableMetatype {
    /// What the event says, with `{}` for what is kept.
    ///
    /// - Parameter conversation: of the frame or its data (R7).
    func event(in conversation: ConversationID?) throws -> ClientEvent
    var metadata: Object? { get }
    /// What is handed on as it was sent, whatever it is called.
    var kept: AnyJSON? { get }
}

extension CodablePayload {
    var metadata: Object? { nil }
    var kept: AnyJSON? { metadata?.json }
}

enum CodablePayloads {
    /// All built events but `message:send`, which has a test of its own.
    static let all: [ClientEventType: any CodablePayload.Type] = [
        .messageEdit: Edit.self, .messageDelete: Delete.self, .messageHistory: History.self,
        .typingStart: TypingStart.self, .typingStop: TypingStop.self, .conversationCreate: Create.self,
        .conversationJoin: Join.self, .conversationLeave: Leave.self, .conversationList: List.self,
        .conversationMembers: Members.self, .conversationInvite: Invite.self, .conversationRemove: Remove.self,
        .conversationRole: Role.self, .conversationUpdate: Update.self, .sessionAuth: Auth.self,
        .sessionRefresh: Refresh.self, .ping: Ping.self, .eventSend: Own.self, .userBlock: Block.self,
        .mediaSubscribe: MediaSubscribe.self, .mediaUnsubscribe: MediaUnsubscribe.self,
    ].merging(calls) { one, _ in one }.merging(files) { one, _ in one }.merging(presences) { one, _ in one }

    private struct Edit: CodablePayload {
        let messageId: Ruled<FrameName>
        let content: Ruled<Content>
        let ifVersion: Whole?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .messageEdit(
                MessageEdit(
                    messageID: try messageId.messageID(),
                    conversationID: conversation,
                    content: content.text,
                    ifVersion: ifVersion?.value
                )
            )
        }
    }

    private struct Delete: CodablePayload {
        let messageId: Ruled<FrameName>
        let reason: Ruled<Reason>?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .messageDelete(
                MessageDelete(
                    messageID: try messageId.messageID(),
                    conversationID: conversation,
                    reason: reason?.text
                )
            )
        }
    }

    private struct History: CodablePayload {
        let beforeSeq: Whole?
        let afterSeq: Whole?
        let limit: Whole?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            let before = try beforeSeq?.from(0)
            let after = try afterSeq?.from(0)
            guard before == nil || after == nil else { throw Refused() }
            return .messageHistory(
                MessageHistory(
                    conversationID: try found(conversation),
                    position: before.map { .before(seq: $0) } ?? after.map { .after(seq: $0) } ?? .latest,
                    limit: try rows(limit)
                )
            )
        }
    }

    private struct TypingStart: CodablePayload {
        func event(in conversation: ConversationID?) throws -> ClientEvent { .typingStart(try found(conversation)) }
    }

    private struct TypingStop: CodablePayload {
        func event(in conversation: ConversationID?) throws -> ClientEvent { .typingStop(try found(conversation)) }
    }

    private struct Join: CodablePayload {
        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .conversationJoin(try found(conversation))
        }
    }

    private struct Create: CodablePayload {
        let kind: Choice<ConversationKind>
        let memberIds: [Ruled<UserName>]
        let name: Ruled<ShortName>?
        let visibility: Choice<ConversationVisibility>?
        let metadata: Object?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            let members = try memberIds.userIDs()
            guard kind.value != .direct || members.count == 1 || members.count == 2 else { throw Refused() }
            return .conversationCreate(
                ConversationCreate(
                    kind: kind.value,
                    memberIDs: members,
                    name: name?.text,
                    visibility: visibility?.value ?? .private,
                    metadata: metadata.map { _ in "{}" },
                    conversationID: conversation
                )
            )
        }
    }

    private struct Leave: CodablePayload {
        let membership: Bool?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .conversationLeave(
                ConversationLeave(conversationID: try found(conversation), endsMembership: membership ?? false)
            )
        }
    }

    private struct List: CodablePayload {
        let cursor: Ruled<AnyText>?
        let limit: Whole?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .conversationList(Page(cursor: cursor?.text, limit: try rows(limit)))
        }
    }

    private struct Members: CodablePayload {
        let cursor: Ruled<AnyText>?
        let limit: Whole?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .conversationMembers(
                ConversationMembers(
                    conversationID: try found(conversation),
                    page: Page(cursor: cursor?.text, limit: try rows(limit))
                )
            )
        }
    }

    private struct Invite: CodablePayload {
        let userIds: [Ruled<UserName>]
        let role: Choice<MemberRole>?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            let users = try userIds.userIDs()
            guard (1...500).contains(users.count) else { throw Refused() }
            return .conversationInvite(
                ConversationInvite(
                    conversationID: try found(conversation),
                    userIDs: users,
                    role: role?.value ?? .member
                )
            )
        }
    }

    private struct Remove: CodablePayload {
        let userId: Ruled<UserName>
        let ban: Bool?
        let until: Whole?
        let reason: Ruled<Reason>?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .conversationRemove(
                ConversationRemove(
                    conversationID: try found(conversation),
                    userID: try userId.userID(),
                    ban: ban ?? false,
                    until: try until?.from(0),
                    reason: reason?.text
                )
            )
        }
    }

    private struct Role: CodablePayload {
        let userId: Ruled<UserName>
        let role: Choice<MemberRole>?
        let mutedUntil: Whole?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            guard role != nil || mutedUntil != nil else { throw Refused() }
            return .conversationRole(
                ConversationRole(
                    conversationID: try found(conversation),
                    userID: try userId.userID(),
                    role: role?.value,
                    mutedUntil: try mutedUntil?.from(0)
                )
            )
        }
    }

    private struct Update: CodablePayload {
        let name: FieldChange<String>?
        let metadataChange: FieldChange<JSONFragment>?
        let metadata: Object?
        let visibility: Choice<ConversationVisibility>?
        let slowMode: Whole?
        let frozen: Bool?

        private enum CodingKeys: CodingKey {
            case name, metadata, visibility, slowMode, frozen
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            func isNull(_ key: CodingKeys) throws -> Bool {
                try members.contains(key) && members.decodeNil(forKey: key)
            }
            let text = try members.decodeIfPresent(Ruled<ShortName>.self, forKey: .name)?.text
            name = try isNull(.name) ? .clear : text.map { .set($0) }
            metadata = try members.decodeIfPresent(Object.self, forKey: .metadata)
            metadataChange = try isNull(.metadata) ? .clear : metadata.map { _ in .set("{}") }
            visibility = try members.decodeIfPresent(Choice<ConversationVisibility>.self, forKey: .visibility)
            slowMode = try members.decodeIfPresent(Whole.self, forKey: .slowMode)
            frozen = try members.decodeIfPresent(Bool.self, forKey: .frozen)
        }

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            let seconds = try slowMode?.from(0)
            guard seconds ?? 0 <= 21_600,
                name != nil || metadataChange != nil || visibility != nil || seconds != nil || frozen != nil
            else { throw Refused() }
            return .conversationUpdate(
                ConversationUpdate(
                    conversationID: try found(conversation),
                    name: name,
                    metadata: metadataChange,
                    visibility: visibility?.value,
                    slowMode: seconds,
                    frozen: frozen
                )
            )
        }
    }

    private struct Auth: CodablePayload {
        let token: Ruled<AnyText>
        let echo: Bool?
        let inbox: Bool?
        let version: Whole?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .sessionAuth(
                SessionAuth(token: token.text, echo: echo ?? false, inbox: inbox ?? true, version: version?.value)
            )
        }
    }

    private struct Refresh: CodablePayload {
        let token: Ruled<AnyText>

        func event(in conversation: ConversationID?) throws -> ClientEvent { .sessionRefresh(token: token.text) }
    }

    private struct Ping: CodablePayload {
        func event(in conversation: ConversationID?) throws -> ClientEvent { .ping }
    }

    /// 50 unless said otherwise, at most 100 (R22).
    private static func rows(_ limit: Whole?) throws -> Int { min(Int(try limit?.from(1) ?? 50), 100) }
}
