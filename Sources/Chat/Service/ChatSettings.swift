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

    package var creation = Creation.all
    /// Whether joining an unknown id makes a public group (R26).
    package var autoCreateOnJoin = true
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
    /// Whether rates (R61) and connections (R59) are counted.
    package var countsRates = true

    package init() {}
}
