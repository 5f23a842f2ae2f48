/// Where the known members of one object stand, and what its members are called in an error's `field`.
struct MemberTokens<Name: MemberName>: Sendable {
    /// What precedes a member's name in `details.field`, such as `data.`.
    let prefix: String
    private var tokens = InlineArray<32, JSONToken>(repeating: .absent)

    init(prefix: String = "") {
        self.prefix = prefix
    }

    subscript(_ name: Name) -> JSONToken {
        get { tokens[Int(name.rawValue)] }
        set { tokens[Int(name.rawValue)] = newValue }
    }

    /// What a member is called in an error.
    func path(_ name: Name) -> String {
        prefix + name.spelling
    }
}

/// The names of members that somebody knows, at most 32.
protocol MemberName: RawRepresentable<UInt8>, Sendable {
    /// The names in the order of the raw values.
    static var spellings: [StaticString] { get }
}

extension MemberName {
    /// The name on the wire.
    var spelling: String { Self.spellings[Int(rawValue)].description }

    /// Finds the name that a string token stands for.
    static func named(_ token: JSONToken, _ bytes: RawSpan) -> Self? {
        guard token.has(.escapedString) else { return named(bytes.extracting(token.inner)) }
        let plain = token.unescaped(bytes)
        return named(plain.span.bytes)
    }

    private static func named(_ name: RawSpan) -> Self? {
        let spellings = spellings
        for place in spellings.indices where name.spells(spellings[place]) { return Self(rawValue: UInt8(place)) }
        return nil
    }
}

extension JSONScanner {
    /// Reads an object and keeps where its known members stand.
    mutating func object<Name>(
        _ bytes: RawSpan,
        into tokens: inout MemberTokens<Name>
    ) throws(JSONFault) -> JSONToken {
        try members(bytes) { name, scanner, bytes throws(JSONFault) in
            let value = try scanner.value(bytes)
            guard let known = Name.named(name, bytes) else { return false }
            guard tokens[known].has(.absent) else { throw .duplicateName }
            tokens[known] = value
            return true
        }
    }
}

extension JSONToken {
    /// A scanner for a value that was accepted before, at its first byte.
    private var scanner: JSONScanner {
        var scanner = JSONScanner(limits: .init(depth: .max, members: .max))
        scanner.position = start
        return scanner
    }

    /// The known members of an object that was accepted before.
    func members<Name>(
        of name: Name.Type,
        prefix: String,
        _ bytes: RawSpan
    ) throws(SpecError) -> MemberTokens<Name> {
        guard has(.object) else { throw .invalid(String(prefix.dropLast())) }
        var tokens = MemberTokens<Name>(prefix: prefix)
        do throws(JSONFault) {
            var scanner = scanner
            _ = try scanner.object(bytes, into: &tokens)
        } catch {
            throw error.error()
        }
        return tokens
    }

    /// The elements of an array that was accepted before.
    func elements(_ bytes: RawSpan) throws(SpecError) -> [JSONToken] {
        var tokens: [JSONToken] = []
        do throws(JSONFault) {
            var scanner = scanner
            _ = try scanner.elements(bytes) { scanner, bytes throws(JSONFault) in
                tokens.append(try scanner.value(bytes))
            }
        } catch {
            throw error.error()
        }
        return tokens
    }
}
