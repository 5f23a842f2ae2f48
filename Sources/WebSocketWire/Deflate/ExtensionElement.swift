/// One element of `Sec-WebSocket-Extensions`: a name and its parameters in the order in which they stand.
///
/// RFC 6455 §9.1.
struct ExtensionElement: Hashable {
    struct Parameter: Hashable {
        var name: String
        /// Without the quotes that may stand around it; nil where there is none.
        var value: String?
    }

    var name: String
    var parameters: [Parameter]

    /// Nil where the text is no such element.
    init?(_ text: some StringProtocol) {
        let parts = HTTPSyntax.parts(of: Substring(text), at: UInt8(ascii: ";"))
        guard let name = parts.first, HTTPSyntax.isToken(name) else { return nil }
        self.name = String(name)
        parameters = []
        for part in parts.dropFirst() {
            guard let parameter = Parameter(part) else { return nil }
            parameters.append(parameter)
        }
    }
}

extension ExtensionElement.Parameter {
    init?(_ text: Substring) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = HTTPSyntax.trimmed(sides[0])
        guard HTTPSyntax.isToken(name) else { return nil }
        self.name = String(name)
        guard sides.count > 1 else { return }
        var value = HTTPSyntax.trimmed(sides[1])
        // What a quoted value says must be a token too, so that no escape is worth reading.
        if value.utf8.count >= 2, value.utf8.first == UInt8(ascii: "\""), value.utf8.last == UInt8(ascii: "\"") {
            value = value.dropFirst().dropLast()
        }
        guard HTTPSyntax.isToken(value) else { return nil }
        self.value = String(value)
    }
}
