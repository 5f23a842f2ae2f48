/// Members of an event that stands by itself.
private enum OwnEventMember: UInt8, MemberName {
    case name, payload

    static let spellings: [StaticString] = ["name", "payload"]
}

/// A client's or a backend's own event, wherever it goes (R76).
public struct OwnEvent: Sendable, Hashable {
    /// The event's own name, of the pattern of a frame's id (R1).
    public var name: String
    /// Any JSON, at most 8 KiB, relayed as sent.
    public var payload: JSONFragment

    /// Makes an event.
    public init(name: String, payload: JSONFragment) {
        self.name = name
        self.payload = payload
    }

    /// Reads an object with the members `name` and `payload`.
    ///
    /// - Throws: `MISSING_FIELD` or `INVALID_PAYLOAD` with the field's name.
    public init(parsing bytes: RawSpan, limits: FrameLimits = FrameLimits()) throws(SpecError) {
        let token: JSONToken
        do throws(JSONFault) {
            var scanner = JSONScanner(limits: .init(depth: limits.depth, members: limits.members))
            token = try scanner.document(bytes)
        } catch {
            throw error.error()
        }
        guard token.has(.object) else { throw SpecError(.invalidPayload, reason: "object") }
        let tokens = try token.members(of: OwnEventMember.self, prefix: "data.", bytes)
        let name = try tokens.required(.name, try tokens.text(.name, bytes))
        guard IdentifierPattern.frame.matches(name) else { throw .invalid(tokens.path(.name)) }
        self.init(
            name: name,
            payload: try tokens.required(.payload, try tokens.json(.payload, bytes: limits.eventBytes, bytes))
        )
    }
}
