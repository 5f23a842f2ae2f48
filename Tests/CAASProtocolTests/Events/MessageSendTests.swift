import CAASProtocol
import Testing

@Suite("Data of message:send, R7–R9, R17")
struct MessageSendTests {
    private func send(_ data: String) throws -> MessageSend? {
        guard case .messageSend(let send) = try decode(frame("message:send", data)) else { return nil }
        return send
    }

    private func attachment(_ members: String) -> String {
        frame("message:send", #"{"attachments":[{"url":"https://h/1"},{\#(members)}]}"#)
    }

    @Test func `the least message is a text`() throws {
        #expect(
            try send(#"{"content":"Hello!"}"#) == MessageSend(conversationID: "c", body: MessageBody(content: "Hello!"))
        )
    }

    @Test func `null is absent, and so is what is unknown`() throws {
        let text =
            #"{"content":"a","type":null,"attachments":null,"mentions":null,"metadata":null,"threadId":null,"x":1}"#
        #expect(try send(text)?.body == MessageBody(content: "a"))
    }

    @Test func `everything that a message may have is read`() throws {
        let text = #"""
            {"id":"f","type":"message:send","conversationId":"c","timestamp":7,"replyTo":"m1",
            "data":{"content":"\u0041\n\"é\"","type":"custom:poll",
            "attachments":[{"url":"HTTPS://host/a?b#c","name":"a","mimeType":"image/png","size":1.0,"width":2,"height":3,
            "duration":4e3,"thumbnailUrl":"http://host/t","metadata":{"k": [1]}},{"attachmentId":"f:1"}],
            "mentions":["bob","eve","bob"],"metadata": { "b":1 , "a":null } ,"threadId":"m2"}}
            """#
        let body = MessageBody(
            type: "custom:poll",
            content: "A\n\"é\"",
            attachments: [
                Attachment(
                    url: "HTTPS://host/a?b#c",
                    name: "a",
                    mimeType: "image/png",
                    size: 1,
                    width: 2,
                    height: 3,
                    duration: 4_000,
                    thumbnailURL: "http://host/t",
                    metadata: try JSONFragment(parsing: #"{"k": [1]}"#)
                ),
                Attachment(attachmentID: "f:1"),
            ],
            mentions: ["bob", "eve"],
            metadata: try JSONFragment(parsing: #"{ "b":1 , "a":null }"#),
            threadID: "m2",
            replyTo: "m1"
        )
        #expect(
            try decode(text) == .messageSend(MessageSend(conversationID: "c", body: body, clientTimestamp: 7))
        )
    }

    @Test(arguments: [
        // order of the table: conversation, content, type, attachments, mentions, metadata, threadId
        (#"{"content":5,"type":"system"}"#, "INVALID_PAYLOAD data.content"),
        (#"{"type":"system"}"#, "MISSING_FIELD data.content"), (#"{}"#, "MISSING_FIELD data.content"),
        (#"{"content":""}"#, "MISSING_FIELD data.content"), (#"{"content":null}"#, "MISSING_FIELD data.content"),
        (#"{"content":"","attachments":[]}"#, "MISSING_FIELD data.content"),
        (#"{"attachments":"x"}"#, "MISSING_FIELD data.content"),
        (#"{"content":"a","type":"system","attachments":5}"#, "INVALID_PAYLOAD data.type"),
        (#"{"content":"a","type":"call"}"#, "INVALID_PAYLOAD data.type"),
        (#"{"content":"a","type":""}"#, "INVALID_PAYLOAD data.type"),
        (#"{"content":"a","type":"Text"}"#, "INVALID_PAYLOAD data.type"),
        (#"{"content":"a","type":"custom:"}"#, "INVALID_PAYLOAD data.type"),
        (#"{"content":"a","type":"custom:a b"}"#, "INVALID_PAYLOAD data.type"),
        (#"{"content":"a","type":"custom:é"}"#, "INVALID_PAYLOAD data.type"),
        (#"{"content":"a","type":["text"]}"#, "INVALID_PAYLOAD data.type"),
        (#"{"content":"a","attachments":{},"mentions":5}"#, "INVALID_PAYLOAD data.attachments"),
        (#"{"content":"a","attachments":[5]}"#, "INVALID_PAYLOAD data.attachments[0]"),
        (#"{"content":"a","attachments":[null]}"#, "INVALID_PAYLOAD data.attachments[0]"),
        (#"{"content":"a","mentions":"bob","metadata":5}"#, "INVALID_PAYLOAD data.mentions"),
        (#"{"content":"a","mentions":["bob",5]}"#, "INVALID_PAYLOAD data.mentions[1]"),
        (#"{"content":"a","mentions":["bob","b b"]}"#, "INVALID_PAYLOAD data.mentions[1]"),
        (#"{"content":"a","metadata":[],"threadId":5}"#, "INVALID_PAYLOAD data.metadata"),
        (#"{"content":"a","metadata":"{}"}"#, "INVALID_PAYLOAD data.metadata"),
        (#"{"content":"a","threadId":5}"#, "INVALID_PAYLOAD data.threadId"),
        (#"{"content":"a","threadId":"a b"}"#, "INVALID_PAYLOAD data.threadId"),
    ])
    func `the first wrong field answers`(data: String, expected: String) {
        #expect(refusal(of: frame("message:send", data)) == expected)
    }

    @Test(arguments: [
        (#""name":"x""#, "INVALID_PAYLOAD data.attachments[1]"),
        (#""url":"https://h/2","attachmentId":"a""#, "INVALID_PAYLOAD data.attachments[1]"),
        (#""url":5"#, "INVALID_PAYLOAD data.attachments[1].url"),
        (#""url":"ftp://h/2""#, "INVALID_PAYLOAD data.attachments[1].url"),
        (#""url":"javascript:alert(1)""#, "INVALID_PAYLOAD data.attachments[1].url"),
        (#""url":"https:/h""#, "INVALID_PAYLOAD data.attachments[1].url"),
        (#""url":"https://""#, "INVALID_PAYLOAD data.attachments[1].url"),
        (#""url":"https:///x""#, "INVALID_PAYLOAD data.attachments[1].url"),
        (#""url":"https://h/a b""#, "INVALID_PAYLOAD data.attachments[1].url"),
        (#""url":"https://h/\u000a""#, "INVALID_PAYLOAD data.attachments[1].url"),
        (#""url":"//h/a""#, "INVALID_PAYLOAD data.attachments[1].url"),
        (#""url":"""#, "INVALID_PAYLOAD data.attachments[1].url"),
        (#""attachmentId":"a b""#, "INVALID_PAYLOAD data.attachments[1].attachmentId"),
        (#""attachmentId":"a","name":5"#, "INVALID_PAYLOAD data.attachments[1].name"),
        (#""attachmentId":"a","mimeType":5"#, "INVALID_PAYLOAD data.attachments[1].mimeType"),
        (#""attachmentId":"a","size":-1"#, "INVALID_PAYLOAD data.attachments[1].size"),
        (#""attachmentId":"a","size":1.5"#, "INVALID_PAYLOAD data.attachments[1].size number"),
        (#""attachmentId":"a","width":"2""#, "INVALID_PAYLOAD data.attachments[1].width"),
        (#""attachmentId":"a","height":true"#, "INVALID_PAYLOAD data.attachments[1].height"),
        (#""attachmentId":"a","duration":1e99"#, "INVALID_PAYLOAD data.attachments[1].duration number"),
        (#""attachmentId":"a","thumbnailUrl":"data:x""#, "INVALID_PAYLOAD data.attachments[1].thumbnailUrl"),
        (#""attachmentId":"a","metadata":[]"#, "INVALID_PAYLOAD data.attachments[1].metadata"),
    ])
    func `a wrong attachment is named by its place`(members: String, expected: String) {
        #expect(refusal(of: attachment(members)) == expected)
    }

    @Test(arguments: [
        "text", "image", "file", "audio", "video", "location", "encrypted", "custom:a", "custom:a:b.C_1-",
    ])
    func `a client may send these types`(type: String) throws {
        #expect(try send(#"{"content":"a","type":"\#(type)"}"#)?.body.type == type)
    }

    @Test func `a message goes somewhere`() {
        #expect(
            refusal(of: frame("message:send", #"{"content":5}"#, conversation: nil)) == "MISSING_FIELD conversationId"
        )
        #expect(refusal(of: #"{"id":"f","type":"message:send","conversationId":"c"}"#) == "MISSING_FIELD data.content")
        #expect(refusal(of: frame("message:send", "[]")) == "INVALID_PAYLOAD data")
    }

    @Test func `the message quoted is named in the frame (R8)`() throws {
        let start =
            #"{"id":"f","type":"message:send","conversationId":"c","data":{"content":"a","replyTo":5},"replyTo":"#
        #expect(refusal(of: start + "5}") == "INVALID_PAYLOAD replyTo")
        #expect(refusal(of: start + "\"a b\"}") == "INVALID_PAYLOAD replyTo")
        #expect(refusal(of: start + "null}") == nil)
    }

    /// `…` stands for the filler, `taken` for the bytes that count beside it.
    @Test(arguments: [
        ("content", 16_384, 0, #"{"content":"…"}"#), ("content", 16_384, 1, #"{"content":"\u0041…"}"#),
        ("metadata", 4_096, 8, #"{"content":"a","metadata":{"k":"…"}}"#),
        ("attachments[0].metadata", 4_096, 8, #"{"attachments":[{"attachmentId":"a","metadata":{"k":"…"}}]}"#),
        ("attachments[0].url", 2_048, 8, #"{"attachments":[{"url":"https://…"}]}"#),
    ])
    func `a size is taken up to its limit (R9)`(field: String, limit: Int, taken: Int, data: String) throws {
        func bytes(_ size: Int) -> [UInt8] {
            Array(frame("message:send", data.replacing("…", with: letters(size - taken))).utf8)
        }
        #expect(refusal(of: bytes(limit)) == nil)
        let tooLong = bytes(limit + 1)
        let scanned = try scan(tooLong)
        let error = #expect(throws: SpecError.self) { try scanned.event(in: tooLong.span.bytes) }
        #expect(error.map(line) == "INVALID_PAYLOAD data.\(field) too_large")
        #expect(
            error?.details == [.init("limit", .integer(Int64(limit))), .init("size", .integer(Int64(limit) + 1))]
        )
    }

    @Test func `content is measured in bytes, a URL in characters (R78)`() {
        #expect(refusal(of: frame("message:send", #"{"content":"\#(String(repeating: "é", count: 8_192))"}"#)) == nil)
        #expect(
            refusal(of: frame("message:send", #"{"content":"\#(String(repeating: "é", count: 8_193))"}"#))
                == "INVALID_PAYLOAD data.content too_large"
        )
        let url = "https://" + String(repeating: "é", count: 2_040)
        #expect(refusal(of: frame("message:send", #"{"attachments":[{"url":"\#(url)"}]}"#)) == nil)
    }

    @Test func `twenty attachments and fifty mentions, repeats not counted`() {
        func message(attachments: Int, mentions: Int, repeats: Int = 0) -> String {
            let attachments = Array(repeating: #"{"attachmentId":"a"}"#, count: attachments).joined(separator: ",")
            let mentions = ((0..<mentions).map { "\"u\($0)\"" } + Array(repeating: "\"u0\"", count: repeats))
                .joined(separator: ",")
            return frame("message:send", #"{"content":"a","attachments":[\#(attachments)],"mentions":[\#(mentions)]}"#)
        }
        #expect(refusal(of: message(attachments: 20, mentions: 50, repeats: 30)) == nil)
        #expect(refusal(of: message(attachments: 21, mentions: 0)) == "INVALID_PAYLOAD data.attachments too_many")
        #expect(refusal(of: message(attachments: 0, mentions: 51)) == "INVALID_PAYLOAD data.mentions too_many")
    }

    @Test func `limits are settings`() throws {
        let bytes = Array(frame("message:send", #"{"content":"hello"}"#).utf8)
        var limits = FrameLimits()
        limits.contentBytes = 4
        #expect(throws: SpecError.self) { try scan(bytes).event(in: bytes.span.bytes, limits: limits) }
    }
}
