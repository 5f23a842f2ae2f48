/// What every list takes: where to go on and how much (R22).
public struct Page: Sendable, Hashable {
    /// From an earlier answer.
    public var cursor: String?
    /// Rows at most: 1 to 100.
    public var limit: Int

    /// Makes a page.
    public init(cursor: String? = nil, limit: Int = 50) {
        self.cursor = cursor
        self.limit = limit
    }
}
