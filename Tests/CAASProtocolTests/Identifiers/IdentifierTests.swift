@testable import CAASProtocol
import Testing

@Suite("Ids, R1")
struct IdentifierTests {
    @Test(arguments: ["a", "Z9", "msg_abc123", "0f8e-1", "a.b:c-d_e", ".", "..", letters(64)])
    func `a frame id is taken`(text: String) {
        #expect(FrameID(text)?.rawValue == text)
    }

    @Test(arguments: ["", " ", "a b", "a@b", "é", "a\n", "a/b", "a|b", "a+b", "ａ", letters(65)])
    func `a frame id is refused`(text: String) {
        #expect(FrameID(text) == nil)
    }

    @Test(arguments: ["a", "conv_xyz", "...", "a..", letters(128)])
    func `a conversation's id is taken, and is a user's and a tenant's too`(text: String) {
        #expect(ConversationID(text)?.rawValue == text)
        #expect(TenantID(text)?.rawValue == text)
        #expect(UserID(text)?.rawValue == text)
    }

    @Test(arguments: ["", ".", "..", "a b", "a/b", "a\u{0}", "é", letters(129)])
    func `what is no conversation's id is no user's and no tenant's`(text: String) {
        #expect(ConversationID(text) == nil)
        #expect(TenantID(text) == nil)
        #expect(UserID(text) == nil)
    }

    @Test(arguments: ["alice@example.org", "auth0|17", "a+b"])
    func `users may have three more characters`(text: String) {
        #expect(UserID(text)?.rawValue == text)
        #expect(ConversationID(text) == nil)
    }

    @Test func `every byte is in the alphabet or not`() {
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-"
        for byte in UInt8.min...UInt8.max {
            let text: [UInt8] = [UInt8(ascii: "x"), byte]
            let isLetter = letters.utf8.contains(byte)
            #expect(IdentifierPattern.conversation.matches(text.span.bytes) == isLetter)
            #expect(IdentifierPattern.user.matches(text.span.bytes) == (isLetter || "@|+".utf8.contains(byte)))
        }
    }
}
