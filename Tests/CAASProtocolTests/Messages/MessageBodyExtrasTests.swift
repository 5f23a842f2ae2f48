import CAASProtocol
import Testing

@Suite("A message's body as a store keeps it")
struct MessageBodyExtrasTests {
    private static func full() throws -> MessageBody {
        MessageBody(
            type: "file",
            content: "a",
            attachments: [
                Attachment(
                    url: "https://h/\u{22}",
                    name: "\u{1}é",
                    mimeType: "m",
                    size: 9_007_199_254_740_991,
                    width: 0,
                    height: 1,
                    duration: 2,
                    thumbnailURL: "http://h",
                    metadata: try JSONFragment(parsing: #"{"a": {}}"#)
                ),
                Attachment(attachmentID: "x"),
            ],
            mentions: ["a@b", "c"],
            metadata: try JSONFragment(parsing: #"{ "k" : 1.0 }"#),
            threadID: "m1",
            replyTo: "m2"
        )
    }

    @Test func `what is kept comes back as it was`() throws {
        let body = try Self.full()
        let extras = try #require(body.encodeExtras())
        #expect(try MessageBody(type: body.type, content: body.content, extras: extras) == body)
    }

    @Test(arguments: ["attachments", "mentions", "metadata", "threadId", "replyTo"])
    func `each part comes back alone`(part: String) throws {
        let full = try Self.full()
        var body = MessageBody(content: "a")
        switch part {
        case "attachments": body.attachments = full.attachments
        case "mentions": body.mentions = full.mentions
        case "metadata": body.metadata = full.metadata
        case "threadId": body.threadID = full.threadID
        default: body.replyTo = full.replyTo
        }
        let extras = try #require(body.encodeExtras())
        #expect(String(decoding: extras, as: UTF8.self).hasPrefix("{\"\(part)\":"))
        #expect(try MessageBody(type: "text", content: "a", extras: extras) == body)
    }

    @Test func `a plain text has none`() throws {
        #expect(MessageBody(type: "image", content: "a").encodeExtras() == nil)
        #expect(try MessageBody(type: "image", content: "", extras: nil) == MessageBody(type: "image", content: ""))
    }

    @Test func `limits of today do not matter to what was stored before`() throws {
        let metadata = try JSONFragment(parsing: #"{"k":"\#(letters(10_000))"}"#)
        let body = MessageBody(
            attachments: Array(repeating: Attachment(attachmentID: "x"), count: 30),
            mentions: ["a"],
            metadata: metadata
        )
        #expect(try MessageBody(type: "text", content: "", extras: body.encodeExtras()) == body)
    }

    @Test(arguments: ["", "[]", "{", #"{"mentions":5}"#, #"{"attachments":[{}]}"#, #"{"replyTo":"a b"}"#])
    func `what was never written is refused`(text: String) {
        #expect(throws: SpecError.self) { try MessageBody(type: "text", content: "", extras: Array(text.utf8)) }
    }
}
