/// Data of `event:new` (R76).
public struct EventNew: Sendable, Hashable {
    /// The event's own name.
    public var name: String
    /// Any JSON, as it was sent.
    public var payload: JSONFragment
    /// Who sent it.
    public var senderID: UserID

    /// Makes the data.
    public init(name: String, payload: JSONFragment, senderID: UserID) {
        self.name = name
        self.payload = payload
        self.senderID = senderID
    }
}
