/// Data of `call:answered` (R43).
public struct CallAnswered: Sendable, Hashable {
    /// Which call.
    public var callID: CallID
    /// Who answered.
    public var answeredBy: UserID
    /// On which device.
    public var deviceID: String

    /// Makes the data.
    public init(callID: CallID, answeredBy: UserID, deviceID: String) {
        self.callID = callID
        self.answeredBy = answeredBy
        self.deviceID = deviceID
    }
}
