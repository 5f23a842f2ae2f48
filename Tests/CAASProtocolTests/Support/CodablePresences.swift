import CAASProtocol

extension CodablePayloads {
    /// The events of presence.
    static let presences: [ClientEventType: any CodablePayload.Type] = [
        .presenceUpdate: Update.self, .presenceSubscribe: Subscribe.self, .presenceUnsubscribe: Unsubscribe.self,
    ]

    private struct Update: CodablePayload {
        let status: Choice<PresenceUpdate.Status>
        let customMessage: Ruled<ShortName>?
        let customMessageUntil: Whole?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .presenceUpdate(
                PresenceUpdate(
                    status: status.value,
                    customMessage: customMessage?.text,
                    customMessageUntil: try customMessageUntil?.from(0)
                )
            )
        }
    }

    private struct Subscribe: CodablePayload {
        let userIds: [Ruled<UserName>]

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .presenceSubscribe(try subscription(userIds))
        }
    }

    private struct Unsubscribe: CodablePayload {
        let userIds: [Ruled<UserName>]

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .presenceUnsubscribe(try subscription(userIds))
        }
    }

    private static func subscription(_ names: [Ruled<UserName>]) throws -> PresenceSubscription {
        let users = try names.userIDs()
        guard users.count <= 200 else { throw Refused() }
        return PresenceSubscription(userIDs: users)
    }
}
