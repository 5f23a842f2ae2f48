/// What a service may decide for itself; the defaults are those of development.
package struct ChatSettings: Sendable, Hashable {
    /// Which conversations clients may make (R26).
    package enum Creation: String, Sendable, Hashable, CaseIterable {
        /// None: backends make them.
        case none
        /// Direct ones.
        case direct
        /// All kinds.
        case all
    }

    /// What a new member sees of what was said before (R22).
    package enum History: String, Sendable, Hashable, CaseIterable {
        /// Everything.
        case shared
        /// Nothing: the history begins where the membership did.
        case joined
    }

    /// Who may post in a channel (R25, R30).
    package enum Posting: String, Sendable, Hashable, CaseIterable {
        /// Moderators and owners.
        case moderators
        /// Plain members too.
        case members
    }

    package var creation = Creation.all
    package var history = History.shared
    package var channelPosting = Posting.moderators
    /// Whether strangers are told of a private conversation what they are told of an unknown one (R29).
    package var hidesExistence = false
    /// Whether joining an unknown id makes a public group (R26).
    package var autoCreateOnJoin = true
    /// Whether being named as a member makes a user that the service has not met (R26).
    package var autoCreateUsers = true
    /// Members of a group at most (R25).
    package var groupMembers = 5_000
    /// Connections that one user may have at once (R59).
    package var connectionsPerUser = 20
    /// Conversations that one connection may have joined (R27).
    package var joinedPerConnection = 500
    /// Joined connections above which nobody is told who types (R33).
    package var typingAudience = 500
    /// How long after sending a message may be edited; nil is for ever (R18).
    package var editWindow: Duration?
    /// How long after sending its author may delete a message; nil is for ever (R19).
    package var deleteWindow: Duration?
    /// How long a file may take from its announcement to its last byte (R53).
    package var unfinishedFileLife = Duration.seconds(86_400)
    /// Bytes of all files of a user (R53).
    package var userFileBytes: Int64 = 1_073_741_824
    /// Bytes of all files of a tenant (R63).
    package var tenantFileBytes: Int64 = 107_374_182_400
    /// How presence is kept and told (R34–R38).
    package var presence = PresenceSettings()
    /// What one API key may ask for, instead of the rates of users (R60, R61).
    package var keyRate = Rate(200, burst: 400)
    package var calls = CallSettings()
    /// Whether rates (R61) and connections (R59) are counted.
    package var countsRates = true

    package init() {}
}
