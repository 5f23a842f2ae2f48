import CAASClient
import Chat
import Testing

@testable import Gateway

@Suite("The connection beyond a user's limit, R59") struct MakingRoomTests {
    /// Two connections of alice and one of bob, and then a third of alice.
    private func third(
        silentFor: Duration,
        _ body: (_ old: [CAASConnection], _ new: Result<CAASConnection, any Error>) async throws -> Void
    ) async throws {
        var (chat, settings) = (ChatSettings(), GatewaySettings())
        chat.connectionsPerUser = 2
        settings.silentFor = silentFor
        try await LiveGateway.run(chat: chat, settings: settings) { gateway in
            let bob = try await gateway.connect("bob")
            let old = [try await gateway.connect("alice"), try await gateway.connect("alice")]
            let new: Result<CAASConnection, any Error>
            do { new = .success(try await gateway.connect("alice")) } catch { new = .failure(error) }
            _ = try await bob.send("ping")
            try await body(old, new)
            for connection in old + [bob] { await connection.close() }
            if case .success(let connection) = new { await connection.close() }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `takes the place of one that is silent, which may return`() async throws {
        try await third(silentFor: .zero) { old, new in
            _ = try await new.get().send("ping")
            var alive = 0
            for connection in old where (try? await connection.send("ping")) != nil { alive += 1 }
            #expect(alive == 1)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `is refused where all were heard from`() async throws {
        try await third(silentFor: .seconds(30)) { old, new in
            let error = #expect(throws: CAASError.self) { try new.get() }
            #expect(error?.code == "RATE_LIMITED")
            #expect(error?.reason == "connections")
            for connection in old { _ = try await connection.send("ping") }
        }
    }

    @Test func `the silence is that of the peer, and counts from its limit on`() async throws {
        let rig = try await Rig()
        let (alice, bob) = (try rig.connect("alice"), try rig.connect("bob"))
        let user = try #require(alice.session?.actor.user)
        #expect(rig.loop.longestSilent(of: user, for: .seconds(30)) == nil)
        #expect(rig.loop.longestSilent(of: user, for: .zero)?.number == alice.id.number)
        let now = ContinuousClock.now
        #expect(alice.transport.silence(now: now + .seconds(30)) >= .seconds(30))
        #expect(alice.transport.silence(now: now + .seconds(20)) < .seconds(30))
        #expect(!rig.loop.giveWay(alice.id.number, for: .seconds(30)))
        #expect(rig.loop.giveWay(alice.id.number, for: .zero))
        #expect(try rig.closed(alice)?.code == 4103)
        #expect(!rig.loop.giveWay(alice.id.number, for: .zero))
        #expect(rig.loop.longestSilent(of: user, for: .zero) == nil)
        #expect(try rig.closed(bob) == nil)
    }
}
