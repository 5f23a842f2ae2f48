import CAASProtocol

/// Scans a text.
func scan(_ text: String, tenant: TenantID? = nil) throws(FrameRefusal) -> ClientFrame {
    try scan(Array(text.utf8), tenant: tenant)
}

/// Scans bytes.
func scan(_ bytes: [UInt8], tenant: TenantID? = nil) throws(FrameRefusal) -> ClientFrame {
    try ClientFrame.scan(bytes.span.bytes, tenant: tenant)
}

/// Scans and decodes a text.
func decode(_ text: String) throws -> ClientEvent {
    try decode(Array(text.utf8))
}

/// Scans and decodes bytes.
func decode(_ bytes: [UInt8]) throws -> ClientEvent {
    try scan(bytes).event(in: bytes.span.bytes)
}

/// What comes of a text as one line: the refusal's code, field and reason, or nothing.
func refusal(of text: String, tenant: TenantID? = nil) -> String? {
    refusal(of: Array(text.utf8), tenant: tenant)
}

/// What comes of bytes as one line: the refusal's code, field and reason, or nothing.
func refusal(of bytes: [UInt8], tenant: TenantID? = nil) -> String? {
    do throws(FrameRefusal) {
        let frame = try scan(bytes, tenant: tenant)
        do throws(SpecError) {
            _ = try frame.event(in: bytes.span.bytes)
            return nil
        } catch {
            return line(error)
        }
    } catch {
        return line(error.error)
    }
}

/// An error in one line.
func line(_ error: SpecError) -> String {
    [error.code.rawValue, error.field, error.reason].compactMap(\.self).joined(separator: " ")
}

/// A frame of a type, in conversation `c`, with this data.
func frame(_ type: String, _ data: String, conversation: String? = "c") -> String {
    let place = conversation.map { #""conversationId":"\#($0)","# } ?? ""
    return #"{"id":"f","type":"\#(type)",\#(place)"data":\#(data)}"#
}

/// A text of `count` bytes.
func letters(_ count: Int) -> String {
    String(repeating: "x", count: count)
}
