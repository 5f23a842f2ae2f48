import NIOEmbedded
import Testing

@testable import Gateway

@Suite("What one connection may do in a turn") struct TurnBudgetTests {
    @Test func `sixty-four messages and no more`() {
        let start = ContinuousClock.now
        var budget = TurnBudget(now: start)
        let taken = (0..<100).map { _ in budget.allowsMore(now: start) }
        #expect(taken.count { $0 } == 64)
        #expect(taken.prefix(64).allSatisfy { $0 })
    }

    @Test(arguments: [(0.0, 64), (4.999, 64), (5.0, 8), (600.0, 8)])
    func `five milliseconds, seen after eight messages`(milliseconds: Double, expected: Int) {
        let start = ContinuousClock.now
        var budget = TurnBudget(now: start)
        let now = start + .milliseconds(milliseconds)
        #expect((0..<100).count { _ in budget.allowsMore(now: now) } == expected)
    }

    @Test func `the clock is not read for each message`() {
        let start = ContinuousClock.now
        var (budget, looks) = (TurnBudget(now: start), 0)
        func now() -> ContinuousClock.Instant {
            looks += 1
            return start
        }
        while budget.allowsMore(now: now()) {}
        #expect(looks == 7)
    }

    @Test func `five milliseconds, seen after 64 KiB`() {
        let start = ContinuousClock.now
        var budget = TurnBudget(now: start)
        var taken = 0
        while budget.allowsMore(now: start + .milliseconds(6)) {
            taken += 1
            budget.handled(bytes: 32 * 1024)
        }
        #expect(taken == 2)
    }

    @Test func `a loop looks at its sockets between the turns of many`() {
        let eventLoop = EmbeddedEventLoop()
        let turns = TurnQueue(eventLoop)
        var seen: [Int] = []
        for number in 0..<4 {
            turns.add {
                seen.append(number)
                // As long as a turn may be, and one more asked for.
                let end = ContinuousClock.now + TurnBudget.time
                while ContinuousClock.now < end {}
                turns.add { seen.append(10 + number) }
            }
        }
        for expected in 0..<4 {
            eventLoop.advanceTime(by: TurnBudget.pause)
            #expect(seen.count == expected + 1)
        }
        while seen.count < 8 { eventLoop.advanceTime(by: TurnBudget.pause) }
        #expect(seen == [0, 1, 2, 3, 10, 11, 12, 13])
    }

    @Test func `the rest of a flood waits until the loop has looked at its other connections`() async throws {
        var settings = GatewaySettings()
        settings.countsRates = false
        let rig = try await Rig(settings)
        let flood = try rig.connect("mallory")
        try rig.receive(flood, #"{"id":"p","type":"ping"}"#, count: 300)
        var answered = try rig.sent(to: flood).count
        var turns = 1
        while answered < 300 {
            // Tasks that are due are done before a loop looks at its sockets: none of these may be.
            #expect(try rig.sent(to: flood).count == 0)
            rig.advance(by: TurnBudget.pause)
            let more = try rig.sent(to: flood).count
            try #require((1...64).contains(more))
            answered += more
            turns += 1
        }
        #expect(answered == 300 && turns >= 5)
    }
}
