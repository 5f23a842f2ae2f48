/// Values of members, read as their rules want them; null counts as absent (R6).
extension MemberTokens {
    /// A text.
    func text(_ name: Name, _ bytes: RawSpan) throws(SpecError) -> String? {
        let token = self[name]
        guard !token.isMissing else { return nil }
        guard token.isString else { throw .invalid(path(name)) }
        return token.text(bytes)
    }

    /// A text of at most `limit` UTF-8 bytes.
    func text(_ name: Name, bytes limit: Int, _ bytes: RawSpan) throws(SpecError) -> String? {
        guard let text = try text(name, bytes) else { return nil }
        guard text.utf8.count <= limit else { throw .tooLarge(path(name), limit: limit, size: text.utf8.count) }
        return text
    }

    /// A text of at most `limit` characters, which are Unicode scalars (R78).
    func text(_ name: Name, characters limit: Int, _ bytes: RawSpan) throws(SpecError) -> String? {
        guard let text = try text(name, bytes) else { return nil }
        let count = text.unicodeScalars.count
        guard count <= limit else { throw .tooLarge(path(name), limit: limit, size: count) }
        return text
    }

    /// An integer of R78, at least `least`.
    func integer(_ name: Name, from least: Int64 = .min, _ bytes: RawSpan) throws(SpecError) -> Int64? {
        let token = self[name]
        guard !token.isMissing else { return nil }
        guard token.has(.number) else { throw .invalid(path(name)) }
        guard let value = token.integer(bytes) else { throw .invalid(path(name), reason: "number") }
        guard value >= least else { throw .invalid(path(name)) }
        return value
    }

    /// A truth value.
    func flag(_ name: Name) throws(SpecError) -> Bool? {
        switch self[name].kind {
        case .absent, .null: nil
        case .true: true
        case .false: false
        default: throw .invalid(path(name))
        }
    }

    /// An id of R1.
    func id<ID: Identifier>(_ name: Name, _ bytes: RawSpan) throws(SpecError) -> ID? {
        let token = self[name]
        guard !token.isMissing else { return nil }
        guard let id = ID(token, bytes) else { throw .invalid(path(name)) }
        return id
    }

    /// One of a few words.
    func choice<Choice: RawRepresentable<String>>(_ name: Name, _ bytes: RawSpan) throws(SpecError) -> Choice? {
        guard let text = try text(name, bytes) else { return nil }
        guard let choice = Choice(rawValue: text) else { throw .invalid(path(name)) }
        return choice
    }

    /// An object, kept as sent, of at most `limit` bytes.
    func object(_ name: Name, bytes limit: Int, _ bytes: RawSpan) throws(SpecError) -> JSONFragment? {
        let token = self[name]
        guard !token.isMissing else { return nil }
        guard token.has(.object) else { throw .invalid(path(name)) }
        let size = token.range.count
        guard size <= limit else { throw .tooLarge(path(name), limit: limit, size: size) }
        return JSONFragment(checked: bytes.extracting(token.range).array())
    }

    /// Any value, null too, kept as sent, of at most `limit` bytes.
    func json(_ name: Name, bytes limit: Int, _ bytes: RawSpan) throws(SpecError) -> JSONFragment? {
        let token = self[name]
        guard !token.has(.absent) else { return nil }
        let size = token.range.count
        guard size <= limit else { throw .tooLarge(path(name), limit: limit, size: size) }
        return JSONFragment(checked: bytes.extracting(token.range).array())
    }

    /// A list's elements.
    func list(_ name: Name, _ bytes: RawSpan) throws(SpecError) -> [JSONToken]? {
        let token = self[name]
        guard !token.isMissing else { return nil }
        guard token.has(.array) else { throw .invalid(path(name)) }
        return try token.elements(bytes)
    }

    /// A list of users without repeats, at most `limit` of them.
    func users(_ name: Name, limit: Int = .max, _ bytes: RawSpan) throws(SpecError) -> [UserID]? {
        guard let list = try list(name, bytes) else { return nil }
        // Ids are ASCII, so their equality is that of their bytes (R78).
        var known: Set<UserID> = []
        var users: [UserID] = []
        for (place, token) in list.enumerated() {
            guard let user = UserID(token, bytes) else { throw .invalid("\(path(name))[\(place)]") }
            if known.insert(user).inserted { users.append(user) }
        }
        guard users.count <= limit else { throw .tooMany(path(name), limit: limit, size: users.count) }
        return users
    }

    /// A field that null clears, given its value.
    func change<Value>(_ name: Name, _ value: Value?) -> FieldChange<Value>? {
        self[name].has(.null) ? .clear : value.map { .set($0) }
    }

    /// What must be there.
    func required<Value>(_ name: Name, _ value: Value?) throws(SpecError) -> Value {
        guard let value else { throw .missing(path(name)) }
        return value
    }
}
