import Testing

@testable import Gateway

@Suite("Bytes of bodies that a node holds") struct BodyBudgetTests {
    private static let mebibyte = 1024 * 1024

    @Test func `sixteen MiB for an address, sixty-four for all`() throws {
        var budget = BodyBudget()
        let addresses = try (0..<5).map { try AdmissionTests.group($0) }
        var taken: [Int] = []
        for address in addresses { taken.append((0..<17).count { _ in budget.take(Self.mebibyte, for: address) }) }
        #expect(taken == [16, 16, 16, 16, 0])
        #expect(budget.bytes == BodyBudget.node)
        let one = (budget.take(1, for: nil), budget.take(0, for: addresses[4]))
        #expect(one == (false, true))
    }

    @Test func `the last byte fits, and one more does not`() throws {
        var budget = BodyBudget()
        let address = try AdmissionTests.group(1)
        let taken = [BodyBudget.perAddress - 1, 2, 1, 1].map { budget.take($0, for: address) }
        #expect(taken == [true, false, true, false])
    }

    @Test func `what is given back is there again, and who has none is forgotten`() throws {
        var budget = BodyBudget()
        let address = try AdmissionTests.group(1)
        let taken = budget.take(BodyBudget.perAddress, for: address)
        #expect(taken)
        budget.giveBack(BodyBudget.perAddress - 1, for: address)
        #expect((budget.bytes, budget.addressCount) == (1, 1))
        budget.giveBack(1, for: address)
        #expect((budget.bytes, budget.addressCount) == (0, 0))
        // A proxy's bytes count for the node alone.
        let proxied = budget.take(BodyBudget.node, for: nil)
        #expect(proxied)
        #expect(budget.addressCount == 0)
        budget.giveBack(BodyBudget.node, for: nil)
        #expect(budget.bytes == 0)
    }
}
