import NIOCore
import SocketIOWire
import Testing

@Suite("BINARY_EVENT and BINARY_ACK, Socket.IO v5") struct AttachmentTests {
    private let first = "{\"_placeholder\":true,\"num\":0}"
    private let second = "{\"_placeholder\":true,\"num\":1}"

    @Test func `an event waits for its attachments`() {
        var client = Client(in: "/", "/admin")
        #expect(client.send("51-[\"binary\",\(first)]") == nil)
        #expect(client.send([1, 2, 3]) == .event("binary", first, attachments: [[1, 2, 3]]))
        #expect(client.send("52-/admin,7[\"x\",\(second),\(first)]") == nil)
        #expect(client.send([1]) == nil)
        let both = SocketIOMachine.Action.event(
            "x",
            second,
            first,
            namespace: "/admin",
            id: 7,
            attachments: [[1], []]
        )
        #expect(client.send([]) == both)
        #expect(client.send("2[\"x\"]") == .event("x"))
    }

    @Test func `so does an acknowledgement`() {
        var client = Client(in: "/")
        #expect(client.send("61-7[\(first)]") == nil)
        #expect(client.send([9]) == .acknowledgement(7, first, attachments: [[9]]))
    }

    @Test func `ten attachments are the most, CVE-2026-33151`() {
        var client = Client(in: "/")
        #expect(client.send("510-[\"x\"]") == nil)
        for _ in 0..<9 { #expect(client.send([1]) == nil) }
        #expect(client.send([1]) == .event("x", attachments: [[UInt8]](repeating: [1], count: 10)))
        #expect(client.send("511-[\"x\"]")?.violation == "too many attachments")
    }

    /// CVE-2026-69185, CVE-2026-48804.
    @Test(arguments: [
        "5[\"x\"]", "5-[\"x\"]", "50-[\"x\"]", "501-[\"x\"]", "51[\"x\"]", "5+1-[\"x\"]", "51.5-[\"x\"]",
        "51e0-[\"x\"]",
        "5 1-[\"x\"]", "5a-[\"x\"]", "599999999999999999999-[\"x\"]", "51", "51-", "5", "5/-[\"x\"]", "60-1[]", "61-[]",
        "5-1-[\"x\"]",
    ])
    func `a count is a number from 1 on and a dash`(text: String) {
        var client = Client(in: "/")
        #expect(client.send(text)?.violation != nil)
    }

    @Test(arguments: [
        "\"splice\"", "5", "1", "-1", "0.0", "1e0", "null", "true", "[0]", "{}", "\"0\"", "00", "18446744073709551616",
        "65536",
        "65537",
    ])
    func `a placeholder's number is an integer in range, CVE-2022-2421`(number: String) {
        for place in ["%", "[%]", "{\"a\":[{\"b\":%}]}", "1,%"] {
            let object = "{\"_placeholder\":true,\"num\":\(number)}"
            var event = Client(in: "/")
            #expect(event.send("51-[\"x\",\(place.replacing("%", with: object))]")?.violation != nil, "\(place)")
            var answer = Client(in: "/")
            #expect(answer.send("61-1[\(place.replacing("%", with: object))]")?.violation != nil, "\(place)")
        }
    }

    @Test(arguments: [
        "{\"_placeholder\":true}", "{\"num\":1,\"_placeholder\":true}", "{\"_placeholder\":true,\"num\":0,\"num\":1}",
        "{\"_placeholder\":false,\"_placeholder\":true,\"num\":1}", "{\"\\u005fplaceholder\":true,\"num\":1}",
        "{\"_placeholder\" : true , \"\\u006eum\" : 7}", "{\"num\":0,\"_placeholder\":true,\"num\":[0]}",
        "{\"num\":0,\"_placeholder\":true,\"num\":{\"num\":0}}",
        "{\"_placeholder\":true,\"num\":{\"_placeholder\":true,\"num\":0}}",
    ])
    func `however it is spelled`(object: String) {
        var client = Client(in: "/")
        #expect(client.send("51-[\"x\",\(object)]")?.violation == "placeholder names no attachment")
    }

    @Test(arguments: [
        "{\"_placeholder\":false,\"num\":9}", "{\"_placeholder\":\"true\",\"num\":9}", "{\"_placeholder\":1,\"num\":9}",
        "{\"_placeholder\":true,\"_placeholder\":null,\"num\":9}", "{\"num\":9}", "[true,9]",
        "{\"placeholder\":true,\"num\":9}",
        "{\"_placeholder\":[true],\"num\":9}", "{\"_placeholder\":true,\"_placeholder\":{\"a\":true},\"num\":9}",
    ])
    func `what is no placeholder is data`(object: String) {
        var client = Client(in: "/")
        #expect(client.send("51-[\"x\",\(object)]") == nil)
        #expect(client.send([1]) == .event("x", object, attachments: [[1]]))
    }

    @Test func `an argument that is a placeholder is found`() {
        var client = Client(in: "/")
        _ = client.send("52-[\"x\",\(second),{\"a\":\(first)},\(first),[],{\"num\":0,\"b\":{},\"_placeholder\":true}]")
        _ = client.send([1])
        guard case .event(let event) = client.send([2]) else {
            Issue.record("no event")
            return
        }
        let expected: [[UInt8]?] = [[2], nil, [1], nil, [1], nil]
        for (place, bytes) in expected.enumerated() {
            #expect(event.attachment(at: place) == bytes.map { ByteBuffer(bytes: $0) }, "argument \(place)")
        }
        #expect(event.attachment(at: -1) == nil)
        let plain = SocketIOEvent(name: EventName("x"), arguments: [ByteBuffer(string: first)])
        #expect(plain.attachment(at: 0) == nil)
    }

    @Test(arguments: ["2[\"x\"]", "0", "1", "31[]", "51-[\"y\"]", "nonsense", ""])
    func `nothing comes between a packet and its attachments`(text: String) {
        var client = Client(in: "/")
        #expect(client.send("52-[\"x\",\(first),\(second)]") == nil)
        #expect(client.send([1]) == nil)
        #expect(client.send(text)?.violation == "text between a packet and its attachments")
        #expect(client.send([2]) == nil)
    }

    @Test func `one message more than was announced ends the connection`() {
        var client = Client(in: "/")
        _ = client.send("51-[\"x\",\(first)]")
        #expect(client.send([1]) != nil)
        #expect(client.send([1])?.violation == "binary message that no packet announced")
    }

    @Test func `text and attachments together are bounded`() {
        var limits = SocketIOLimits()
        limits.packetBytes = 100
        let text = "52-[\"x\"]"
        var atLimit = Client(in: "/", limits: limits)
        #expect(atLimit.send(text) == nil)
        #expect(atLimit.send([UInt8](repeating: 1, count: 60)) == nil)
        let rest = [UInt8](repeating: 1, count: 40 - text.utf8.count)
        #expect(atLimit.send(rest) != nil)
        var above = Client(in: "/", limits: limits)
        #expect(above.send(text) == nil)
        #expect(above.send([UInt8](repeating: 1, count: 60)) == nil)
        #expect(above.send(rest + [1])?.violation == "packet with its attachments is too large")
    }

    /// CVE-2026-69185, CVE-2026-48804.
    @Test func `what waits is let go with the connection`() {
        var client = Client(in: "/")
        _ = client.send("52-[\"x\",\(first),\(second)]")
        _ = client.send([1, 2, 3])
        #expect(client.machine.heldBytes > 0)
        _ = client.send("2[\"x\"]")
        #expect(client.machine.heldBytes == 0)
    }

    @Test func `who was put out meanwhile has sent nothing`() {
        var client = Client(in: "/", "/admin")
        _ = client.send("51-/admin,[\"x\",\(first)]")
        client.machine.left("/admin", now: client.start)
        #expect(client.send([1]) == nil)
        #expect(client.send("2[\"x\"]") == .event("x"))
    }
}
