/// Why a packet is none: what the whole connection ends with.
///
/// Socket.IO knows no partial tolerance, so one such packet is the last.
struct Malformed: Error, Hashable {
    /// Constant text, for the log and for tests.
    let reason: String

    init(_ reason: StaticString) { self.reason = "\(reason)" }

    static let json = Malformed("payload is not JSON")
}
