package import CAASProtocol

/// What a request's URL says behind the `?`; parameters that nobody knows are ignored, as unknown members are (R6).
package struct QueryString: Sendable {
    /// What an error calls the query where the parameter in question has no name that can be told.
    private static let anonymous = "query"
    /// Parameters of one request; URLs are bounded in bytes before.
    private static let parameters = 100

    /// By the bytes of the name (R78).
    private var values: [[UInt8]: String] = [:]

    /// Refuses encodings that are none, and parameters that stand twice.
    package init(uri: String) throws(SpecError) {
        // Signs that join what stands before them, such as an accent, change nothing: all of this is bytes.
        guard let start = uri.utf8.firstIndex(of: UInt8(ascii: "?")) else { return }
        let pairs = uri.utf8[uri.utf8.index(after: start)...].split(separator: UInt8(ascii: "&"))
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
            let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let name = PercentEncoding.decode(Substring(pair[..<end]), plusIsSpace: true) else {
                throw SpecError(.invalidPayload, field: Self.anonymous, reason: "percent")
            }
            guard let value = PercentEncoding.decode(Substring(pair[end...].dropFirst()), plusIsSpace: true) else {
                throw SpecError(.invalidPayload, field: Self.field(name), reason: "percent")
            }
            guard values.updateValue(value, forKey: Array(name.utf8)) == nil else {
                throw SpecError(.invalidPayload, field: Self.field(name), reason: "duplicate_key")
            }
        }
    }

    /// The value; an empty text where the parameter stands without one.
    package subscript(_ name: String) -> String? { values[Array(name.utf8)] }

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
