/// The body of a response that is read piece by piece while it is sent.
package struct BodySource: Sendable {
    /// All of it.
    package let bytes: Int64
    /// The bytes of a range that lies in it.
    let read: @Sendable (Range<Int64>) async throws -> [UInt8]

    package init(bytes: Int64, read: @escaping @Sendable (Range<Int64>) async throws -> [UInt8]) {
        self.bytes = bytes
        self.read = read
    }
}
