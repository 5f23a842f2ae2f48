import CAASProtocol

/// What a request's URL says behind the `?`; parameters that nobody knows are ignored, as unknown members are (R6).
struct QueryString: Sendable {
    /// What an error calls the query where the parameter in question has no name that can be told.
    private static let anonymous = "query"
    /// Parameters of one request; URLs are bounded in bytes before.
    private static let parameters = 100

    private var values: [String: String] = [:]

    /// Refuses encodings that are none, and parameters that stand twice.
    init(uri: String) throws(SpecError) {
        guard let start = uri.firstIndex(of: "?") else { return }
        let pairs = uri[uri.index(after: start)...].split(separator: "&")
        guard pairs.count <= Self.parameters else {
            throw SpecError(
                .invalidPayload,
                field: Self.anonymous,
                reason: "too_many",
                details: [
                    .init("limit", .integer(Int64(Self.parameters))), .init("size", .integer(Int64(pairs.count))),
                ]
            )
        }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true) else {
                throw SpecError(.invalidPayload, field: Self.anonymous, reason: "percent")
            }
            guard let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true) else {
                throw SpecError(.invalidPayload, field: Self.field(name), reason: "percent")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw SpecError(.invalidPayload, field: Self.field(name), reason: "duplicate_key")
            }
        }
    }

    /// The value; an empty text where the parameter stands without one.
    subscript(_ name: String) -> String? { values[name] }

    /// An error names parameters as ours are named, and repeats nothing else that was sent.
    private static func field(_ name: String) -> String {
        let isName = (1...32).contains(name.utf8.count) && name.utf8.allSatisfy(\.isLetter)
        return isName ? name : anonymous
    }
}

extension UInt8 {
    /// Whether it is one of A to Z, in either case.
    fileprivate var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 }
}
