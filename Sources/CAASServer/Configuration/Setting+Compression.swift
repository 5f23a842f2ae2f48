/// What is compressed (R69).
extension Setting {
    package static let compressionEnabled = Setting(
        "compression.enabled",
        .flag,
        .value(.flag(true)),
        "Whether WebSockets may agree upon permessage-deflate, and answers of polling are compressed by gzip."
    )
    package static let compressionThreshold = Setting(
        "compression.threshold",
        .integer(256...1_048_576),
        .value(.integer(1_024)),
        unit: "bytes",
        "The smallest text, or answer of polling, that is sent compressed."
    )
    package static let compressionLevel = Setting(
        "compression.level",
        .integer(1...9),
        .value(.integer(6)),
        "How much work is put into making it small, by zlib's measure: 1 is the least."
    )
}
