extension SessionAuth {
    /// Reads what a Socket.IO client gives to `io(url, {auth})`: the payload of `session:auth` by itself (R55).
    ///
    /// - Parameter auth: An object's JSON text; nil where the client gave none.
    /// - Throws: `AUTH_REQUIRED` where there is no token, and the errors of `session:auth` with `auth.` before the names.
    public static func connecting(_ auth: RawSpan?, limits: FrameLimits = FrameLimits()) throws(SpecError)
        -> SessionAuth
    {
        guard let auth else { throw SpecError(.authRequired) }
        var members = MemberTokens<DataMember>(prefix: "auth.")
        do throws(JSONFault) {
            var scanner = JSONScanner(limits: .init(depth: limits.depth, members: limits.members))
            scanner.skipWhitespace(auth)
            _ = try scanner.object(auth, into: &members)
            try scanner.end(auth)
        } catch {
            throw error.error()
        }
        guard !members[.token].isMissing else { throw SpecError(.authRequired) }
        return try SessionAuth(members, auth)
    }

    init(_ members: MemberTokens<DataMember>, _ bytes: RawSpan) throws(SpecError) {
        let token = try members.required(.token, try members.text(.token, bytes))
        let version = members[.version]
        guard version.isMissing || version.integer(bytes) != nil else {
            throw .unsupportedVersion(field: members.path(.version))
        }
        self.init(
            token: token,
            echo: try members.flag(.echo) ?? false,
            inbox: try members.flag(.inbox) ?? true,
            version: version.integer(bytes)
        )
    }
}
