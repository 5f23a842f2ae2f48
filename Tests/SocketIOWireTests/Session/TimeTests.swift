import NIOCore
import SocketIOWire
import Testing

@Suite("What may take how long") struct TimeTests {
    @Test func `a connection that joins nothing within 10 s is closed`() {
        var client = Client()
        #expect(client.tick(at: .zero) == .wait(.seconds(10)))
        #expect(client.send("0/nobody,", at: .seconds(4)) != nil)
        #expect(client.tick(at: .seconds(9)) == .wait(.seconds(1)))
        #expect(client.tick(at: .seconds(10)) == .connectTimeout)
        #expect(client.send("0", at: .seconds(10)) == nil)
        #expect(client.tick(at: .seconds(11)) == .idle)
    }

    @Test func `refused connects give no more time`() {
        var client = Client()
        for second in 1..<10 {
            _ = client.send("0", at: .seconds(second))
            client.machine.refused("/", now: client.start + .seconds(second))
            _ = client.send("0/random,", at: .seconds(second))
        }
        #expect(client.tick(at: .seconds(10)) == .connectTimeout)
    }

    @Test func `the time that a connect waits for its answer is not counted`() {
        var client = Client()
        _ = client.send("0", at: .seconds(4))
        #expect(client.tick(at: .seconds(60)) == .idle)
        var refused = client
        refused.machine.refused("/", now: client.start + .seconds(60))
        #expect(refused.tick(at: .seconds(60)) == .wait(.seconds(6)))
        #expect(refused.tick(at: .seconds(66)) == .connectTimeout)
        client.machine.accepted("/")
        #expect(client.tick(at: .seconds(60)) == .idle)
    }

    @Test func `of two connects the last answer counts, and leaving meanwhile begins anew`() {
        var client = Client(in: "/", "/admin")
        _ = client.send("1", at: .seconds(100))
        _ = client.send("0", at: .seconds(100))
        client.machine.left("/admin", now: client.start + .seconds(110))
        _ = client.send("0/admin,", at: .seconds(120))
        #expect(client.machine.refused("/", now: client.start + .seconds(130)) == true)
        #expect(client.tick(at: .seconds(200)) == .idle)
        #expect(client.machine.refused("/admin", now: client.start + .seconds(200)) == true)
        #expect(client.tick(at: .seconds(200)) == .wait(.seconds(10)))
    }

    @Test func `one that has joined is not`() {
        var client = Client()
        _ = client.send("0", at: .seconds(9))
        client.machine.accepted("/")
        #expect(client.tick(at: .seconds(10)) == .idle)
        #expect(client.tick(at: .seconds(100_000)) == .idle)
    }

    @Test func `one that has left all it was in has 10 s to join again`() {
        var client = Client(in: "/", "/admin")
        _ = client.send("1", at: .seconds(100))
        #expect(client.tick(at: .seconds(200)) == .idle)
        client.machine.left("/admin", now: client.start + .seconds(300))
        #expect(client.tick(at: .seconds(301)) == .wait(.seconds(9)))
        #expect(client.send("0", at: .seconds(305)) == .connect())
        client.machine.accepted("/")
        #expect(client.tick(at: .seconds(400)) == .idle)
        #expect(client.send("1", at: .seconds(500)) == .disconnect(namespace: "/"))
        #expect(client.tick(at: .seconds(510)) == .connectTimeout)
    }

    @Test func `attachments have a minute to come`() {
        var client = Client(in: "/")
        _ = client.send("52-[\"x\"]", at: .seconds(100))
        #expect(client.tick(at: .seconds(100)) == .wait(.seconds(60)))
        _ = client.send([1], at: .seconds(159))
        #expect(client.tick(at: .seconds(159)) == .wait(.seconds(1)))
        var other = client
        #expect(client.tick(at: .seconds(160)) == .packetTimeout)
        #expect(client.send([1], at: .seconds(160)) == nil)
        #expect(other.send([1], at: .seconds(160)) != nil)
        #expect(other.tick(at: .seconds(160)) == .idle)
    }
}
