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
}
