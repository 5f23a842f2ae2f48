/// Objects are written member by member, each with a comma before it, of which the first becomes the brace.
///
/// The names come with comma, quotes and colon, as `,"seq":`: one copy for each.
extension [UInt8] {
    /// Appends an object with the members that `write` appends.
    @inline(__always)
    mutating func object<Failure: Error>(_ write: (inout [UInt8]) throws(Failure) -> Void) throws(Failure) {
        let start = count
        try write(&self)
        if count == start {
            append("{}")
        } else {
            self[start] = UInt8(ascii: "{")
            append(UInt8(ascii: "}"))
        }
    }

    /// Appends a list with the items that `write` appends.
    mutating func list<Items: Collection>(_ items: Items, _ write: (inout [UInt8], Items.Element) -> Void) {
        append(UInt8(ascii: "["))
        var isFirst = true
        for item in items {
            if !isFirst { append(UInt8(ascii: ",")) }
            isFirst = false
            write(&self, item)
        }
        append(UInt8(ascii: "]"))
    }

    /// Appends a member that is text.
    mutating func member(_ name: StaticString, text: String) {
        append(name)
        append(text: text)
    }

    /// Appends a member that is text, where there is one.
    mutating func member(_ name: StaticString, text: String?) {
        if let text { member(name, text: text) }
    }

    /// Appends a member that is an id, which needs no escapes.
    mutating func member(_ name: StaticString, id: String) {
        append(name)
        append(UInt8(ascii: "\""))
        append(plain: id)
        append(UInt8(ascii: "\""))
    }

    /// Appends a member that is an id, where there is one.
    mutating func member(_ name: StaticString, id: String?) {
        if let id { member(name, id: id) }
    }

    /// Appends a member that is an integer.
    mutating func member(_ name: StaticString, integer: Int64) {
        append(name)
        append(integer: integer)
    }

    /// Appends a member that is an integer, where there is one.
    mutating func member(_ name: StaticString, integer: Int64?) {
        if let integer { member(name, integer: integer) }
    }

    /// Appends a member that is true or false.
    mutating func member(_ name: StaticString, flag: Bool) {
        append(name)
        append(flag ? "true" : "false")
    }

    /// Appends a member that is any JSON, as sent, where there is one.
    mutating func member(_ name: StaticString, json: JSONFragment?) {
        guard let json else { return }
        append(name)
        append(contentsOf: json.utf8)
    }
}
