package import CAASProtocol

/// A user of one tenant: what every table about users is keyed by (R63).
package struct UserKey: Hashable, Sendable {
    /// Whose user.
    package let tenant: TenantID
    /// Which user.
    package let user: UserID

    package init(tenant: TenantID, user: UserID) {
        self.tenant = tenant
        self.user = user
    }
}

/// A conversation of one tenant: what every table about conversations is keyed by (R63).
package struct ConversationKey: Hashable, Sendable {
    /// Whose conversation.
    package let tenant: TenantID
    /// Which conversation.
    package let conversation: ConversationID

    package init(tenant: TenantID, conversation: ConversationID) {
        self.tenant = tenant
        self.conversation = conversation
    }
}
