@testable import CAASProtocol

// Ids of test code are constants, so a literal that is no id is a mistake of the test.

extension FrameID: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(checked: checked(value, Self.pattern)) }
}

extension ConversationID: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(checked: checked(value, Self.pattern)) }
}

extension UserID: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(checked: checked(value, Self.pattern)) }
}

extension TenantID: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(checked: checked(value, Self.pattern)) }
}

extension MessageID: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(checked: checked(value, Self.pattern)) }
}

extension CallID: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(checked: checked(value, Self.pattern)) }
}

extension FileID: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(checked: checked(value, Self.pattern)) }
}

extension JSONFragment: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(checked: Array(value.utf8)) }
}

private func checked(_ value: String, _ pattern: IdentifierPattern) -> String {
    precondition(pattern.matches(value), "no id: \(value)")
    return value
}
