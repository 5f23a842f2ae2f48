/// Data of `receipt:update` (R23).
public struct ReceiptUpdate: Sendable, Hashable {
    /// Whose receipts.
    public var userID: UserID
    /// All up to and including this is read; 0 is none.
    public var readSeq: Int64
    /// All up to and including this is delivered; 0 is none.
    public var deliveredSeq: Int64

    /// Makes the data.
    public init(userID: UserID, readSeq: Int64, deliveredSeq: Int64) {
        self.userID = userID
        self.readSeq = readSeq
        self.deliveredSeq = deliveredSeq
    }
}
