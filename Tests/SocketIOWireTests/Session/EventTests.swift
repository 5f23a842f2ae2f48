import NIOCore
import SocketIOWire
import Testing

@Suite("EVENT and ACK, Socket.IO v5") struct EventTests {
    @Test func `an event has a name, arguments and perhaps an id`() {
        var client = Client(in: "/", "/admin")
        for (text, expected) in [
            ("2[\"message:send\",{\"id\":\"1\"}]", .event("message:send", "{\"id\":\"1\"}")),
            ("2[\"x\"]", .event("x")),
            ("2/,[\"x\"]", .event("x")),
            ("2/admin,[\"x\"]", .event("x", namespace: "/admin")),
            ("212[\"message:send\",{}]", .event("message:send", "{}", id: 12)),
            ("2/admin,0[\"x\",1,null]", .event("x", "1", "null", namespace: "/admin", id: 0)),
            ("2[\"\"]", .event("")),
            ("2[\"error\",[1,[2,{\"a\":\"]\"}]],\"}\"]", .event("error", "[1,[2,{\"a\":\"]\"}]]", "\"}\"")),
            ("2[\"a\\u0062\\n\\ud83d\\ude00 \\ud83d\"]", .event("ab\n😀 \u{FFFD}")),
            ("2 [ \"x\" , 1 , [ ] , { } ] ", .event("x", "1", "[ ]", "{ }")),
            ("2[\"日本 é 😀\",\"日本 é 😀\"]", .event("日本 é 😀", "\"日本 é 😀\"")),
            ("2[\"x\",{\"_placeholder\":true,\"num\":5}]", .event("x", "{\"_placeholder\":true,\"num\":5}")),
        ] as [(String, SocketIOMachine.Action)] {
            #expect(client.send(text) == expected, "\(text)")
        }
    }

    @Test(arguments: ["0", "1", "-1", "1.5", "1e3", "-0"])
    func `a name may be a number, and is another one than its text`(number: String) {
        var client = Client(in: "/")
        let named = SocketIOEvent(name: EventName(number, isNumber: true), arguments: [ByteBuffer(string: "2")])
        #expect(client.send("2[\(number),2]") == .event(named))
        #expect(client.send("2[\"\(number)\",2]") == .event(number, "2"))
    }

    /// CVE-2023-32695.
    @Test(arguments: [
        "2[{}]", "2[[]]", "2[null]", "2[true]", "2[]", "2{}", "2", "2\"x\"", "2[\"x\"", "2[\"x\",]", "2[\"x\"]]",
        "2[\"x\"]1",
        "2[\"x\" 1]", "2[,\"x\"]", "2[\"x\",,1]", "2[\"x\",01]", "2[\"x\",\u{1}]", "2[\"x\",\"\n\"]", "2[x]", "2['x']",
        "21", "2-1[\"x\"]",
        "2/admin", "2/admin[\"x\"]", "21-[\"x\"]", "2[\"x\",{\"a\"}]", "2[\"x\",{\"a\":1,}]", "2[\"x\",{1:2}]",
        "2[\"x\",[1}]",
        "", "7", "8[\"x\"]", "x", "é", "201[\"x\"]", "2[\"x\",undefined]", "2[\"x\",NaN]", "2[\"x\",\"\\x\"]",
        "2[\"x\",\"\\u12g4\"]",
    ])
    func `what is malformed ends the connection`(text: String) {
        var client = Client(in: "/", "/admin")
        #expect(client.send(text)?.violation != nil)
    }

    @Test(arguments: [
        "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener", "\\u0063onnect",
    ])
    func `reserved names end the connection`(name: String) {
        var client = Client(in: "/")
        #expect(client.send("2[\"\(name)\"]")?.violation == "name of the event is reserved")
        var binary = Client(in: "/")
        #expect(
            binary.send("51-[\"\(name)\",{\"_placeholder\":true,\"num\":0}]")?.violation
                == "name of the event is reserved"
        )
    }

    @Test func `ids fit a number of JavaScript`() {
        var client = Client(in: "/")
        #expect(client.send("29007199254740991[\"x\"]") == .event("x", id: 9_007_199_254_740_991))
        for id in ["9007199254740992", "18446744073709551616", "99999999999999999999999999", "00", "-1", "1.5", "1e3"] {
            var client = Client(in: "/")
            #expect(client.send("2\(id)[\"x\"]")?.violation != nil, "\(id)")
        }
    }

    @Test func `a packet for a namespace that was not joined ends the connection`() {
        for text in ["2/other,[\"x\"]", "3/other,1[]", "1/other,", "51-/other,[\"x\"]"] {
            var client = Client(in: "/")
            #expect(client.send(text)?.violation == "packet for a namespace that was not joined", "\(text)")
        }
    }

    @Test func `an acknowledgement has an id and a list`() {
        var client = Client(in: "/", "/admin")
        #expect(client.send("312[{\"success\":true}]") == .acknowledgement(12, "{\"success\":true}"))
        #expect(client.send("3/admin,13[]") == .acknowledgement(13, namespace: "/admin"))
        for text in ["3[]", "3", "31", "31{}", "31[", "31[1,]", "31[1 2]", "31\"x\"", "3x[]"] {
            var client = Client(in: "/")
            #expect(client.send(text)?.violation != nil, "\(text)")
        }
    }

    @Test(arguments: ["4{\"message\":\"x\"}", "4/,{\"message\":\"x\"}"])
    func `a connect error is the server's alone`(text: String) {
        var client = Client(in: "/")
        #expect(client.send(text)?.violation == "packet is the server's alone")
    }

    @Test func `arguments are slices of what came`() {
        var client = Client(in: "/")
        let text = ByteBuffer(string: "2[\"x\",{\"a\":1}]")
        guard case .event(let event) = client.machine.receive(text: text, now: client.start) else {
            Issue.record("no event")
            return
        }
        let pointer = text.withUnsafeReadableBytes { $0.baseAddress }
        #expect(event.arguments[0].withUnsafeReadableBytes { $0.baseAddress } == pointer?.advanced(by: 6))
    }

    @Test func `what stands before and behind in the buffer does not matter`() {
        var client = Client(in: "/")
        var text = ByteBuffer(string: "42[\"x\",{\"a\":1}]behind")
        text.moveReaderIndex(forwardBy: 1)
        text.moveWriterIndex(to: text.writerIndex - 6)
        #expect(client.machine.receive(text: text, now: client.start) == .event("x", "{\"a\":1}"))
    }

    @Test(arguments: [33, 64, 65, 128, 129, 15_000])
    func `any depth is JSON: whose frame it is says how much is too deep`(depth: Int) {
        var client = Client(in: "/")
        let lists = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(client.send("2[\"x\",\(lists)]") == .event("x", lists))
        let objects = String(repeating: "{\"a\":[", count: depth / 2) + String(repeating: "]}", count: depth / 2)
        #expect(client.send("2[\"x\",\(objects)]") == .event("x", objects))
        #expect(client.send("2[\"x\",\(objects.replacing("]}", with: "}]", maxReplacements: 1))]")?.violation != nil)
    }

    @Test func `arguments are counted`() {
        var limits = SocketIOLimits()
        limits.arguments = 3
        var client = Client(in: "/", limits: limits)
        #expect(client.send("2[\"x\",1,2,3]") == .event("x", "1", "2", "3"))
        #expect(client.send("31[1,2,3,4]")?.violation == "too many arguments")
    }
}
