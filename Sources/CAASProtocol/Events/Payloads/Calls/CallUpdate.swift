/// Data of `call:update` (R48).
public struct CallUpdate: Sendable, Hashable {
    /// Which call.
    public var callID: CallID
    /// How the call stands.
    public var state: CallState

    /// Makes the data.
    public init(callID: CallID, state: CallState) {
        self.callID = callID
        self.state = state
    }
}
