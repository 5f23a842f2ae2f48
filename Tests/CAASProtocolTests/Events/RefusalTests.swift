import CAASProtocol
import Testing

@Suite("Whom a refusal answers, R6")
struct RefusalTests {
    private func refused(_ text: String) -> FrameRefusal? {
        do throws(FrameRefusal) {
            _ = try scan(text, tenant: "acme")
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        #"{"id":"f","ack":true,"type":"ping","type":"ping"}"#,
        #"{"id":"f","ack":true,"type":"ping","data":{"a":"\u0000"}}"#,
        #"{"id":"f","ack":true,"type":"nothing"}"#,
        #"{"id":"f","ack":true}"#,
        #"{"id":"f","ack":true,"type":"ping","version":2}"#,
        #"{"id":"f","ack":true,"type":"ping","tenantId":"other"}"#,
        #"{"id":"f","ack":true,"type":"ping","timestamp":"x"}"#,
    ])
    func `a refused frame is named and its wish for an ack known`(text: String) {
        let refusal = refused(text)
        #expect(refusal?.replyTo == "f")
        #expect(refusal?.wantsAck == true)
        #expect(refusal?.isProtocolError == false)
    }

    @Test(arguments: ["{", "[]", "7", "", "{\"id\":\"f\",}", "{\"id\":\"f\"} x", "\"\u{1}\""])
    func `only what is no JSON object counts against the connection`(text: String) {
        #expect(refused(text)?.isProtocolError == true)
    }

    @Test(arguments: [
        #"{"id":"f","ack":true,"data":{"content":"#,
        #"{"id":"f","ack":true,"data":{"content":"\"#,
        #"{"data":{"content":},"id":"f","ack":true}"#,
        #"{"data":{"content":tru},"ack":true,"id":"f"}"#,
        #"{"type","ack":true,"id":"f"}"#,
        #"{"type":"ping" "x","ack":true,"id":"f"}"#,
        #"{"id":"f","ack":true,"id":"g","ack":false}"#,
        "{\"x\":\"\u{1}\",\"id\" :\n \"f\" , \"ack\" : true }",
        #"{"x":"\q","\u0069d":"\u0066","\u0061ck":true}"#,
        #"{"x":"\"\q}","y":["}",{"id":"inner"}],"ack":true,"id":"f"}"#,
        #"{"x":01,"\q":2,"ack":true,"id":"f"}"#,
    ])
    func `a broken frame is named by its id and ack, before the break or behind it`(text: String) {
        let refusal = refused(text)
        #expect(refusal?.replyTo == "f")
        #expect(refusal?.wantsAck == true)
    }

    @Test(arguments: [
        #"{"data":{"id":"f","ack":true},"type"}"#,
        #"{"data":["id","f",{"id":"f","ack":true}],"type"}"#,
        #"{"data":[,"id":"f","ack":true],"type"}"#,
        #"{"x":tru,"y":"id\":\"f\"","z":"ack\":true"}"#,
        #"{"x":tru,"ID":"f","Ack":true}"#,
        #"{"x":tru,"id":["f"],"ack":"true"}"#,
        #"{"x":tru,"id":{"id":"f"},"ack":{"ack":true}}"#,
        #"{"x":tru,"id":"cu"#,
        #"{"x":tru,"id":"\ud800","ack":1}"#,
        #"{"x":tru}{"id":"f","ack":true}"#,
        #"[{"id":"f","ack":true}]"#, #""id":"f","ack":true"#, #"{"#, #"{"x":tru}}"#,
    ])
    func `only the frame's own id and ack name it`(text: String) {
        let refusal = refused(text)
        #expect(refusal?.replyTo == nil)
        #expect(refusal?.wantsAck == false)
    }

    @Test(arguments: Faults.all)
    func `whatever the fault, an id and an ack behind it name the frame`(reason: String, value: String) {
        for data in [value, #"{"content":\#(value)}"#, #"{"a":[1,{"b":"c"}],"payload":\#(value)}"#] {
            let sorted = #"{"ack":true,"conversationId":"r1","data":\#(data),"id":"s1","type":"message:send"}"#
            let ackLast = #"{"data":\#(data),"id":"s1","type":"message:send","ack":true}"#
            for text in [sorted, ackLast] {
                let refusal = refused(text)
                #expect(refusal?.error.reason == reason)
                #expect(refusal?.replyTo == "s1")
                #expect(refusal?.wantsAck == true)
            }
        }
    }

    @Test(arguments: Faults.all)
    func `whatever the fault, an id that ends behind the first 4 KiB names nothing`(reason: String, value: String) {
        // The id's closing quote is the last byte that counts, then the first that does not.
        for (excess, id) in [(0, "s1"), (1, nil)] as [(Int, FrameID?)] {
            let head = #"{"ack":true,"data":\#(value),"x":""#
            let filling = letters(4_096 + excess - head.utf8.count - #"","id":"s1""#.utf8.count)
            let refusal = refused(#"\#(head)\#(filling)","id":"s1","type":"ping"}"#)
            #expect(refusal?.error.reason == reason)
            #expect(refusal?.replyTo == id)
            #expect(refusal?.wantsAck == true)
        }
    }

    @Test func `too many members in the frame itself are named too`() {
        let refusal = refused(#"{\#(Faults.manyMembers),"id":"f","ack":true}"#)
        #expect(refusal?.error.reason == "members")
        #expect(refusal?.replyTo == "f")
        #expect(refusal?.wantsAck == true)
    }

    @Test func `an ack that was read before the fault is known wherever it stands`() {
        let refusal = refused(#"{"id":"f","x":"\#(letters(5_000))","ack":true,"y":"\u0000"}"#)
        #expect(refusal?.replyTo == "f")
        #expect(refusal?.wantsAck == true)
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `whatever follows the id and the ack, they name the frame`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array(#"{{}[],,::""\ tidack1"#.utf8) + [0xE9, 0x0A]
        var bytes = Array(#"{"id":"f","ack":true,"#.utf8)
        for _ in 0..<Int.random(in: 0...80, using: &random) {
            bytes.append(alphabet.randomElement(using: &random) ?? 0)
        }
        let cut = Int.random(in: 0...bytes.count, using: &random)
        let start = Array(bytes.prefix(cut))
        let named = ClientFrame.identify(opening: start.span.bytes)
        #expect(named.id == (cut >= 9 ? "f" : nil), "seed \(seed)")
        #expect(named.wantsAck == (cut >= 20), "seed \(seed)")
    }

    @Test func `an id that cannot be used names nothing`() {
        let refusal = refused(#"{"id":"not an id","type":"ping","ack":true}"#)
        #expect(refusal?.replyTo == nil)
        #expect(refusal?.wantsAck == true)
    }

    @Test func `an unreadable frame is not named by an id behind its first 4 KiB`() {
        #expect(refused(#"{"x":"\#(letters(4_000))","id":"f","y":"\u0000"}"#)?.replyTo == "f")
        #expect(refused(#"{"x":"\#(letters(4_100))","id":"f","y":"\u0000"}"#)?.replyTo == nil)
    }

    @Test func `a frame too large to read is identified by its opening`() {
        func identify(_ text: String) -> (id: FrameID?, wantsAck: Bool) {
            let bytes = Array(text.utf8)
            return ClientFrame.identify(opening: bytes.span.bytes)
        }
        let data = #""data":{"content":"\#(letters(100_000))"}"#
        #expect(identify(#"{"id":"f","ack":true,\#(data)}"#) == ("f", true))
        #expect(identify(#"{"id":"f",\#(data),"ack":true}"#) == ("f", false))
        #expect(identify(#"{\#(data),"id":"f"}"#) == (nil, false))
        #expect(identify(#"{"ack":true,"x":"\ud800","id":"f",\#(data)}"#) == ("f", true))
        #expect(identify(#"{"data":{"content":"\#(letters(4_080))"},"id":"f"}"#) == (nil, false))
        #expect(identify(#"{"data":{"id":"f","ack":true,"#) == (nil, false))
        #expect(identify(#"{"id":"cut sh"#) == (nil, false))
        #expect(identify("") == (nil, false))
    }
}

/// Values for which the frame around them is refused unread, with the reason.
private enum Faults {
    static let manyMembers = (0...500).map { #""\#(String($0, radix: 36))":0"# }.joined(separator: ",")

    static let all = [
        ("json", "tru"), ("json", #""\q""#), ("text", #""a\u0000""#), ("text", #""\ud800""#),
        ("text", #""\udfff!""#), ("duplicate_key", #"{"a":1,"a":2}"#), ("duplicate_key", #"{"a":1,"\u0061":2}"#),
        ("depth", String(repeating: "[", count: 32) + String(repeating: "]", count: 32)),
        ("members", "{\(manyMembers)}"), ("number", String(repeating: "7", count: 70)),
    ]
}
