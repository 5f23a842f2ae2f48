/// A piece of JSON that was checked and is relayed as it was sent.
public struct JSONFragment: Sendable, Hashable {
    /// The text: one value, UTF-8, without surrounding white space.
    public let utf8: [UInt8]

    /// Takes bytes that the strict scanner has accepted.
    package init(checked utf8: [UInt8]) {
        self.utf8 = utf8
    }

    /// Takes the bytes of one JSON value, checked as strictly as a frame (R6).
    public init(parsing bytes: RawSpan) throws(SpecError) {
        do throws(JSONFault) {
            var scanner = JSONScanner()
            let token = try scanner.document(bytes)
            utf8 = bytes.extracting(token.range).array()
        } catch {
            throw error.error()
        }
    }

    /// Takes the text of one JSON value, checked as strictly as a frame (R6).
    public init(parsing text: String) throws(SpecError) {
        let bytes = Array(text.utf8)
        try self.init(parsing: bytes.span.bytes)
    }

    /// The text.
    public var text: String { utf8.span.bytes.text() }

    /// The one spelling of this value that all its spellings share (R2).
    public func canonicalForm() -> [UInt8] {
        var output: [UInt8] = []
        output.append(canonical: self)
        return output
    }
}
