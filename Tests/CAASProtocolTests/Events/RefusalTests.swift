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

    @Test func `a broken frame is named by what was read before the break`() {
        #expect(refused(#"{"id":"f","ack":true,"data":{"content":"#)?.replyTo == "f")
        #expect(refused(#"{"data":{"content":},"id":"f"}"#)?.replyTo == nil)
        #expect(refused(#"{"data":{"id":"inner"},"type"}"#)?.replyTo == nil)
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
        #expect(identify(#"{"data":{"id":"f","ack":true,"#) == (nil, false))
        #expect(identify(#"{"id":"cut sh"#) == (nil, false))
        #expect(identify("") == (nil, false))
    }
}
