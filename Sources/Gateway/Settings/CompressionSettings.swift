/// What is compressed (R69): texts of WebSockets by permessage-deflate, answers of polling by gzip.
package struct CompressionSettings: Sendable, Hashable {
    /// Whether anything is.
    package var isEnabled = true
    /// Bytes of the smallest text or answer that is compressed.
    package var threshold = 1_024
    /// zlib's 1 to 9: what more work buys.
    package var level = 6

    package init() {}
}
