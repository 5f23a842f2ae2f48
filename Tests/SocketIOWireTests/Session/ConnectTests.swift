import NIOCore
import SocketIOWire
import Testing

@Suite("CONNECT and DISCONNECT, Socket.IO v5") struct ConnectTests {
    @Test func `a client joins with or without auth, in the main namespace or another`() {
        for (text, expected) in [
            ("0", .connect()),
            ("0{\"token\":\"x\"}", .connect(auth: "{\"token\":\"x\"}")),
            ("0{}", .connect(auth: "{}")),
            ("0 { \"a\" : [1] } ", .connect(auth: "{ \"a\" : [1] }")),
            ("0/,{\"token\":\"x\"}", .connect(auth: "{\"token\":\"x\"}")),
            ("0/admin,{\"token\":\"x\"}", .connect("/admin", auth: "{\"token\":\"x\"}")),
            ("0/admin,", .connect("/admin")),
            ("0/admin", .connect("/admin")),
        ] as [(String, SocketIOMachine.Action)] {
            var client = Client(namespaces: ["/", "/admin"])
            #expect(client.send(text) == expected, "\(text)")
        }
    }

    @Test(arguments: [
        "0[]", "0[{}]", "0\"x\"", "0null", "0true", "012", "01{}", "0{", "0{}{}", "0{'a':1}", "0/,[]", "0 ", "0//,1",
    ])
    func `auth that is no object ends the connection`(text: String) {
        var client = Client(namespaces: ["/", "//"])
        #expect(client.send(text)?.violation != nil)
    }

    @Test(arguments: [
        "2[\"x\"]", "1", "31[]", "51-[\"x\",{\"_placeholder\":true,\"num\":0}]", "4{\"message\":\"x\"}", "2/a,[\"x\"]",
    ])
    func `the first packet is a connect, or the connection ends`(text: String) {
        var client = Client()
        #expect(client.send(text)?.violation != nil)
        #expect(client.send("0") == nil)
    }

    @Test func `the first message is no binary one`() {
        var client = Client()
        #expect(client.send([1, 2, 3])?.violation == "binary message that no packet announced")
    }

    @Test func `nothing of a namespace may come before its connect is answered`() {
        for text in ["2[\"x\"]", "0", "1", "31[]"] {
            var client = Client()
            #expect(client.send("0") == .connect())
            #expect(client.send(text)?.violation != nil, "\(text)")
        }
    }

    @Test func `a namespace is joined once`() {
        var client = Client(in: "/")
        #expect(client.send("0{}")?.violation == "connects to a namespace a second time")
    }

    @Test func `an unknown namespace is refused and the connection lives`() {
        var client = Client()
        for name in ["/random", "/?token=x", "/admin?a=1", "/é\"\\"] {
            let quoted = "44\(name),{\"message\":\"Invalid namespace\"}"
            #expect(client.send("0\(name),{}") == .refuse(namespace: name, send: ByteBuffer(string: quoted)))
        }
        #expect(client.send("0") == .connect())
        #expect(client.machine.accepted("/") == true)
        #expect(client.send("2[\"x\"]") == .event("x"))
    }

    @Test func `a namespace with a control character is not sent back`() {
        var client = Client()
        #expect(client.send("0/a\u{1E}1")?.violation == "namespace has a control character")
    }

    @Test func `names are compared by their bytes`() {
        var client = Client(namespaces: ["/caf\u{E9}"])
        let other = "/cafe\u{301}"
        #expect(
            client.send("0\(other),")
                == .refuse(namespace: other, send: ByteBuffer(string: "44\(other),{\"message\":\"Invalid namespace\"}"))
        )
        #expect(client.send("0/caf\u{E9}") == .connect("/caf\u{E9}"))
        client.machine.accepted("/caf\u{E9}")
        #expect(client.send("2\(other),[\"x\"]")?.violation == "packet for a namespace that was not joined")
    }

    @Test func `a client that was refused may ask again`() {
        var client = Client()
        #expect(client.send("0{\"token\":\"bad\"}") != nil)
        #expect(client.machine.refused("/", now: client.start) == true)
        #expect(client.send("0{\"token\":\"good\"}") == .connect(auth: "{\"token\":\"good\"}"))
    }

    @Test func `an answer that nobody waits for is not sent`() {
        var client = Client()
        #expect(client.machine.accepted("/") == false)
        #expect(client.machine.refused("/", now: client.start) == false)
        #expect(client.machine.left("/", now: client.start) == false)
        _ = client.send("0")
        #expect(client.machine.accepted("/") == true)
        #expect(client.machine.accepted("/") == false)
        _ = client.send("nonsense")
        #expect(client.machine.left("/", now: client.start) == false)
    }

    @Test func `a disconnect leaves one namespace, and the connection stays`() {
        var client = Client(in: "/", "/admin")
        #expect(client.send("1/admin,") == .disconnect(namespace: "/admin"))
        #expect(client.send("2[\"x\"]") == .event("x"))
        #expect(client.send("1") == .disconnect(namespace: "/"))
        #expect(client.send("0") == .connect())
    }

    @Test(arguments: ["1{}", "1[]", "15", "1/admin", "1 "])
    func `a disconnect has no payload, and is for a namespace that was joined`(text: String) {
        var client = Client(in: "/")
        #expect(client.send(text)?.violation != nil)
    }

    @Test func `who was put out of a namespace is not in it`() {
        var client = Client(in: "/", "/admin")
        #expect(client.machine.left("/admin", now: client.start) == true)
        #expect(!client.machine.isJoined("/admin"))
        #expect(client.machine.isJoined("/"))
        #expect(client.send("2/admin,[\"x\"]")?.violation == "packet for a namespace that was not joined")
    }

    /// CVE-2026-56811.
    @Test func `a connection is in eight namespaces at most`() {
        let names = (0..<9).map { "/\($0)" }
        var client = Client(namespaces: Set(names))
        for name in names.prefix(8) { #expect(client.send("0\(name)") == .connect(name)) }
        #expect(client.send("0/8")?.violation == "too many namespaces")
    }

    @Test func `after a violation nothing follows`() {
        var client = Client(in: "/")
        #expect(client.send("nonsense") == .violation(reason: "unknown packet type"))
        #expect(client.send("2[\"x\"]") == nil)
        #expect(client.send([1]) == nil)
        #expect(client.machine.discarded(attachment: ByteBuffer(), size: 100_000) == nil)
        #expect(client.tick(at: .seconds(1_000)) == .idle)
    }
}
