/// What the ids of R1 have in common.
protocol Identifier: Hashable {
    static var pattern: IdentifierPattern { get }
    init(checked rawValue: String)
}

extension Identifier {
    /// Nil where the token is no text of the pattern.
    init?(_ token: JSONToken, _ bytes: RawSpan) {
        switch token.kind {
        case .string:
            let text = bytes.extracting(token.inner)
            guard Self.pattern.matches(text) else { return nil }
            self.init(checked: text.text())
        case .escapedString:
            let text = token.text(bytes)
            guard Self.pattern.matches(text) else { return nil }
            self.init(checked: text)
        default: return nil
        }
    }
}

extension FrameID: Identifier { static var pattern: IdentifierPattern { .frame } }
extension ConversationID: Identifier { static var pattern: IdentifierPattern { .conversation } }
extension UserID: Identifier { static var pattern: IdentifierPattern { .user } }
extension TenantID: Identifier { static var pattern: IdentifierPattern { .conversation } }
extension CallID: Identifier { static var pattern: IdentifierPattern { .frame } }
extension FileID: Identifier { static var pattern: IdentifierPattern { .frame } }
extension MessageID: Identifier { static var pattern: IdentifierPattern { .frame } }
