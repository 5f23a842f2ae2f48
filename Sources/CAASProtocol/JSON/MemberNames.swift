/// The names already met in the objects that are open, to find one that stands twice (R6).
///
/// Names are compared after unescaping, as bytes (R78).
struct MemberNames {
    /// Up to this many names of an object are compared one by one.
    private static let few = 16
    /// Makes fingerprints that a sender cannot steer.
    private static let seed = UInt64.random(in: 0...UInt64.max)

    private struct Name {
        var fingerprint: UInt64
        var token: JSONToken
    }

    private var met: [Name] = []

    var count: Int { met.count }

    /// Adds a name of the object whose names begin at `mark`.
    mutating func add(_ token: JSONToken, since mark: Int, _ bytes: RawSpan) throws(JSONFault) {
        let name = Name(fingerprint: Self.fingerprint(token, bytes), token: token)
        if met.count - mark < Self.few {
            for other in mark..<met.count where Self.same(met[other], name, bytes) { throw .duplicateName }
        }
        if met.isEmpty { met.reserveCapacity(Self.few) }
        met.append(name)
    }

    /// Forgets the names of the object whose names begin at `mark`; many are compared only now, in order.
    mutating func close(since mark: Int, _ bytes: RawSpan) throws(JSONFault) {
        guard met.count > mark else { return }
        if met.count - mark > Self.few {
            met[mark...].sort { $0.fingerprint < $1.fingerprint }
            for place in mark + 1..<met.count {
                var other = place - 1
                while other >= mark, met[other].fingerprint == met[place].fingerprint {
                    if Self.same(met[other], met[place], bytes) { throw .duplicateName }
                    other -= 1
                }
            }
        }
        met.removeSubrange(mark...)
    }

    private static func same(_ one: Name, _ other: Name, _ bytes: RawSpan) -> Bool {
        guard one.fingerprint == other.fingerprint else { return false }
        if one.token.kind == .string, other.token.kind == .string {
            return bytes.extracting(one.token.inner).equals(bytes.extracting(other.token.inner))
        }
        return one.token.unescaped(bytes) == other.token.unescaped(bytes)
    }

    private static func fingerprint(_ token: JSONToken, _ bytes: RawSpan) -> UInt64 {
        guard token.kind == .escapedString else { return fingerprint(bytes.extracting(token.inner)) }
        let plain = token.unescaped(bytes)
        return fingerprint(plain.span.bytes)
    }

    private static func fingerprint(_ name: RawSpan) -> UInt64 {
        var mixed = seed ^ UInt64(name.byteCount)
        var offset = 0
        while offset < name.byteCount {
            var word: UInt64 = 0
            if offset + 8 <= name.byteCount {
                word = name.word(at: offset)
            } else {
                for place in offset..<name.byteCount { word = word << 8 | UInt64(name.byte(at: place)) }
            }
            mixed = (mixed ^ word) &* 0x9E37_79B9_7F4A_7C15
            mixed ^= mixed >> 29
            offset += 8
        }
        return mixed
    }
}
