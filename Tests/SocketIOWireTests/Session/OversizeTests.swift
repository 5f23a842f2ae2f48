import NIOCore
import SocketIOWire
import Testing

@Suite("Events above the limits, R9") struct OversizeTests {
    private var limits: SocketIOLimits {
        var limits = SocketIOLimits()
        limits.textBytes = 100
        limits.binaryBytes = 50
        limits.packetBytes = 10_000
        return limits
    }

    private func oversized(
        _ name: String?,
        size: Int,
        opening: String,
        namespace: String = "/",
        id: UInt64? = nil,
        attachment: OversizedEvent.Attachment? = nil
    ) -> SocketIOMachine.Action {
        .oversized(
            OversizedEvent(
                namespace: namespace,
                name: name.map { EventName($0) },
                id: id,
                size: size,
                opening: ByteBuffer(string: opening),
                attachment: attachment
            )
        )
    }

    private func attachment(_ size: Int, opening: [UInt8]) -> OversizedEvent.Attachment {
        .init(size: size, opening: ByteBuffer(bytes: opening))
    }

    @Test func `the largest is delivered, one byte more is thrown away, and the connection lives`() {
        var client = Client(in: "/", limits: limits)
        let argument = "\"\(String(repeating: "a", count: 100 - 8))\""
        #expect(client.send("2[\"x\",\(argument.dropFirst())") != nil)
        client = Client(in: "/", limits: limits)
        let fitting = "\"\(String(repeating: "a", count: 91))\""
        #expect(client.send("2[\"x\",\(fitting)]") == .event("x", fitting))
        let above = "212[\"x\",\(fitting)]"
        #expect(client.send(above) == oversized("x", size: 102, opening: fitting + "]", id: 12))
        #expect(client.send("2[\"x\"]") == .event("x"))
    }

    @Test func `of a message that was thrown away the opening tells which one it was`() {
        var client = Client(in: "/", "/admin", limits: limits)
        let opening = "2/admin,7[\"message:send\", {\"id\":\"a"
        let action = client.machine.discarded(size: 9_000, opening: ByteBuffer(string: opening), now: client.start)
        let expected = oversized("message:send", size: 9_000, opening: "{\"id\":\"a", namespace: "/admin", id: 7)
        #expect(action == expected)
        for (opening, name) in [("2[\"mess", nil), ("2[\"message:send\"", nil), ("2", nil), ("2[\"a\",", "a")] {
            let action = client.machine.discarded(size: 9_000, opening: ByteBuffer(string: opening), now: client.start)
            #expect(action == oversized(name, size: 9_000, opening: ""), "\(opening)")
        }
    }

    @Test func `no more than 4 KiB of it are kept`() {
        var client = Client(in: "/", limits: limits)
        let text = "2[\"x\",\"\(String(repeating: "a", count: 9_000))\"]"
        let kept = String(text.prefix(4_096).dropFirst(6))
        #expect(client.send(text) == oversized("x", size: text.utf8.count, opening: kept))
    }

    @Test func `an attachment that is too large takes its event with it, once all have come`() {
        var client = Client(in: "/", limits: limits)
        let text = "53-5[\"x\",[]]"
        #expect(client.send(text) == nil)
        #expect(client.send([1]) == nil)
        #expect(client.send(Array(1...51)) == nil)
        #expect(client.machine.heldBytes == text.utf8.count)
        let first = attachment(51, opening: Array(1...16))
        #expect(
            client.send([2]) == oversized("x", size: text.utf8.count + 53, opening: "[]", id: 5, attachment: first)
        )
        #expect(client.send("2[\"x\"]") == .event("x"))
    }

    @Test func `so does one that was thrown away before`() {
        var client = Client(in: "/", limits: limits)
        #expect(client.send("51-[\"x\"]") == nil)
        let action = client.machine.discarded(attachment: ByteBuffer(bytes: [7, 8]), size: 1_000)
        let thrownAway = attachment(1_000, opening: [7, 8])
        #expect(action == oversized("x", size: 1_008, opening: "", attachment: thrownAway))
    }

    @Test func `the attachments of a text that is too large are passed over`() {
        var client = Client(in: "/", limits: limits)
        let opening = ByteBuffer(string: "52-[\"x\",{\"_placeholder\":true,\"num\":0}")
        #expect(client.machine.discarded(size: 200, opening: opening, now: client.start) == nil)
        #expect(client.send([1]) == nil)
        #expect(
            client.send([1]) == oversized("x", size: 202, opening: "{\"_placeholder\":true,\"num\":0}")
        )
        #expect(client.send("2[\"x\"]") == .event("x"))
    }

    @Test func `an acknowledgement that is too large is none`() {
        var client = Client(in: "/", limits: limits)
        let answer = client.machine.discarded(size: 200, opening: ByteBuffer(string: "31[\"x"), now: client.start)
        #expect(answer == nil)
        #expect(client.send("2[\"x\"]") == .event("x"))
    }

    @Test(arguments: ["0{\"token\":\"", "1", "4{\"message", "2/other,[\"x\"", "x", "511-[\"x\"", "50-[\"x\""])
    func `what else is too large ends the connection`(opening: String) {
        var client = Client(in: "/", limits: limits)
        let action = client.machine.discarded(size: 200, opening: ByteBuffer(string: opening), now: client.start)
        #expect(action?.violation != nil)
    }

    @Test func `above the packet's limit the connection ends`() {
        var client = Client(in: "/", limits: limits)
        let opening = ByteBuffer(string: "2[\"x\",")
        #expect(client.machine.discarded(size: 10_000, opening: opening, now: client.start)?.violation == nil)
        #expect(
            client.machine.discarded(size: 10_001, opening: opening, now: client.start)?.violation
                == "packet is too large"
        )
    }

    @Test func `a text or attachment where none may come ends the connection, too large or not`() {
        var client = Client(in: "/", limits: limits)
        let stray = client.machine.discarded(attachment: ByteBuffer(), size: 1_000)
        #expect(stray?.violation == "binary message that no packet announced")
        client = Client(in: "/", limits: limits)
        _ = client.send("51-[\"x\"]")
        let between = client.machine.discarded(size: 200, opening: ByteBuffer(string: "2[\"x\""), now: client.start)
        #expect(between?.violation == "text between a packet and its attachments")
    }
}
