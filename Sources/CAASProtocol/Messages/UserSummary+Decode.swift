/// What a user is called, as members.
private enum UserMember: UInt8, MemberName {
    case name, avatarUrl

    static let spellings: [StaticString] = ["name", "avatarUrl"]
}

extension UserSummary {
    /// Reads what a user is called from now on, a whole row (R26): an object with the optional members `name` and `avatarUrl`.
    ///
    /// - Throws: `INVALID_PAYLOAD` with the field's name.
    public init(userID: UserID, parsing bytes: RawSpan, limits: FrameLimits = FrameLimits()) throws(SpecError) {
        let token: JSONToken
        do throws(JSONFault) {
            var scanner = JSONScanner(limits: .init(depth: limits.depth, members: limits.members))
            token = try scanner.document(bytes)
        } catch {
            throw error.error()
        }
        guard token.has(.object) else { throw SpecError(.invalidPayload, reason: "object") }
        let tokens = try token.members(of: UserMember.self, prefix: "data.", bytes)
        let name = try tokens.text(.name, characters: limits.nameCharacters, bytes)
        let avatarURL = try tokens.text(.avatarUrl, characters: limits.urlCharacters, bytes)
        if let avatarURL, !(avatarURL.hasPrefix("https://") || avatarURL.hasPrefix("http://")) {
            throw .invalid(tokens.path(.avatarUrl))
        }
        self.init(userID: userID, name: name, avatarURL: avatarURL)
    }
}
