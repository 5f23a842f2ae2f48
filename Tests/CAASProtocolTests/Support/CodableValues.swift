import CAASProtocol

/// What the rules want of a value, read by `Codable`: the second reading of what the scanner's decoders read.
struct Refused: Error {}

/// A text that a rule allows.
struct Ruled<Rule: TextRule>: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
        guard Rule.allows(text) else { throw Refused() }
    }
}

protocol TextRule {
    static func allows(_ text: String) -> Bool
}

/// Letters, digits and a few signs (R1).
private func isName(_ text: String, longest: Int, signs: String) -> Bool {
    let scalars = text.unicodeScalars
    return (1...longest).contains(scalars.count)
        && scalars.allSatisfy { scalar in
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || signs.unicodeScalars.contains(scalar)
        }
}

enum FrameName: TextRule {
    static func allows(_ text: String) -> Bool { isName(text, longest: 64, signs: "._:-") }
}

enum ConversationName: TextRule {
    static func allows(_ text: String) -> Bool {
        isName(text, longest: 128, signs: "._:-") && text != "." && text != ".."
    }
}

enum UserName: TextRule {
    static func allows(_ text: String) -> Bool {
        isName(text, longest: 128, signs: "._:-@|+") && text != "." && text != ".."
    }
}

enum AnyText: TextRule {
    static func allows(_ text: String) -> Bool { true }
}

/// At most 16,384 bytes (R9).
enum Content: TextRule {
    static func allows(_ text: String) -> Bool { text.utf8.count <= 16_384 }
}

/// At most 512 bytes.
enum Reason: TextRule {
    static func allows(_ text: String) -> Bool { text.utf8.count <= 512 }
}

/// At most 128 characters, which are Unicode scalars (R78).
enum ShortName: TextRule {
    static func allows(_ text: String) -> Bool { text.unicodeScalars.count <= 128 }
}

/// An integer of R78 from a least one on.
struct Whole: Decodable {
    let value: Int64

    init(from decoder: any Decoder) throws {
        let number = try decoder.singleValueContainer().decode(Double.self)
        guard number == number.rounded(), abs(number) <= 9_007_199_254_740_991 else { throw Refused() }
        value = Int64(number)
    }

    func from(_ least: Int64) throws -> Int64 {
        guard value >= least else { throw Refused() }
        return value
    }
}

/// One of the words of an enumeration.
struct Choice<Words: RawRepresentable<String>>: Decodable {
    let value: Words

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Words(rawValue: text) else { throw Refused() }
        self.value = value
    }
}

/// An object of whatever members.
struct Object: Decodable {
    let json: AnyJSON

    init(from decoder: any Decoder) throws {
        json = try decoder.singleValueContainer().decode(AnyJSON.self)
        guard case .object = json else { throw Refused() }
    }
}

extension Ruled<FrameName> {
    func messageID() throws -> MessageID { try found(MessageID(text)) }
}

extension Ruled<ConversationName> {
    func conversationID() throws -> ConversationID { try found(ConversationID(text)) }
}

extension Ruled<UserName> {
    func userID() throws -> UserID { try found(UserID(text)) }
}

extension [Ruled<UserName>] {
    /// Without repeats, in the order of the first mentions.
    func userIDs() throws -> [UserID] {
        try reduce(into: []) { users, name in
            let user = try name.userID()
            if !users.contains(user) { users.append(user) }
        }
    }
}

func found<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Refused() }
    return value
}
