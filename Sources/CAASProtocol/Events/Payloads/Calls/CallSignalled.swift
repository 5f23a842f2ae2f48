/// Data of the server's `call:signal` (R46).
public struct CallSignalled: Sendable, Hashable {
    /// Which call.
    public var callID: CallID
    /// Who sent it.
    public var from: UserID
    /// What the payload is.
    public var kind: CallSignal.Kind
    /// Any JSON, as it was sent.
    public var payload: JSONFragment

    /// Makes the data.
    public init(callID: CallID, from: UserID, kind: CallSignal.Kind, payload: JSONFragment) {
        self.callID = callID
        self.from = from
        self.kind = kind
        self.payload = payload
    }
}
