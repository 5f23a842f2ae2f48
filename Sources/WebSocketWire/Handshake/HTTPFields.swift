/// Fields of an HTTP head by name, for the few names a handshake needs.
struct HTTPFields {
    var fields: [(name: String, value: String)]

    /// The values of all fields of a name, without the white space around them, in order.
    func values(of name: StaticString) -> [Substring] {
        fields.filter { $0.name.hasASCIIName(name) }.map { HTTPSyntax.trimmed($0.value[...]) }
    }

    /// The elements of all fields of a name whose value is a comma-separated list, empty elements left out.
    func listElements(of name: StaticString) -> [Substring] {
        values(of: name).flatMap { HTTPSyntax.listElements($0) }.filter { !$0.isEmpty }
    }

    /// Whether a list field has an element, case aside.
    func list(_ name: StaticString, contains element: StaticString) -> Bool {
        listElements(of: name).contains { $0.hasASCIIName(element) }
    }
}

extension StringProtocol {
    /// Whether the bytes are those of `name`, upper and lower case ASCII being equal.
    func hasASCIIName(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { expected in
            utf8.count == expected.count
                && zip(utf8, expected).allSatisfy { HTTPSyntax.lowercased($0) == HTTPSyntax.lowercased($1) }
        }
    }
}
