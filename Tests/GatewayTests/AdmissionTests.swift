import CAASProtocol
import Testing

@testable import Gateway

@Suite("Admission: who may connect") struct AdmissionTests {
    static func group(_ number: Int) throws -> AddressGroup {
        AddressGroup(try #require(IPAddress("10.\(number >> 16).\(number >> 8 & 255).\(number & 255)")))
    }

    @Test(arguments: [
        (20_000, 30, 18_000), (1_024, 30, 918), (100, 30, 54), (40, 30, 1), (0, 0, 1), (Int.max, 100, Int.max / 10 * 9),
    ])
    func `a node has nine tenths of the descriptors, and never the last ones`(_ all: Int, _ used: Int, _ expected: Int)
    {
        #expect(AdmissionLimits.sockets(descriptors: all, used: used) == expected)
    }

    @Test(arguments: [(18_000, 3_600, 225), (1_000_000, 200_000, 1_000), (100, 20, 50), (1, 1, 50)])
    func `a fifth of a node is for who has not authenticated`(_ sockets: Int, _ share: Int, _ perAddress: Int) {
        let limits = AdmissionLimits(sockets: sockets)
        #expect(limits.unauthenticated == share)
        #expect(limits.perAddress == perAddress)
    }

    @Test func `the node's sockets end at their number, and a place that is free again is taken`() throws {
        let counts = Door(AdmissionLimits(sockets: 10))
        for number in 0..<10 {
            let group = try Self.group(number)
            #expect(counts.enter(group))
            counts.authenticate(group)
        }
        let newcomer = try Self.group(10)
        #expect(!counts.enter(newcomer))
        counts.leave(try Self.group(3), wasAuthenticated: true)
        #expect(counts.enter(newcomer))
        #expect(counts.sockets == 10)
    }

    @Test func `who has not authenticated has a fifth of them, and the newest is refused`() throws {
        let counts = Door(AdmissionLimits(sockets: 100))
        for number in 0..<20 { #expect(counts.enter(try Self.group(number))) }
        #expect(!counts.enter(try Self.group(20)))
        #expect(!counts.enter(nil))
        counts.authenticate(try Self.group(0))
        #expect(counts.enter(try Self.group(20)))
        #expect(!counts.enter(try Self.group(21)))
        counts.leave(try Self.group(1), wasAuthenticated: false)
        #expect(counts.enter(nil))
        #expect((counts.sockets, counts.unauthenticated) == (21, 20))
    }

    @Test func `one address has its part of those, and a proxy of ours does not count as one`() throws {
        let counts = Door(AdmissionLimits(sockets: 18_000))
        let (one, two) = (try Self.group(1), try Self.group(2))
        for _ in 0..<225 { _ = counts.enter(one) }
        #expect(counts.unauthenticated == 225)
        #expect(!counts.enter(one))
        #expect(counts.enter(two))
        for _ in 0..<1_000 { _ = counts.enter(nil) }
        #expect(counts.unauthenticated == 1_226)
        counts.authenticate(one)
        #expect(counts.enter(one))
        #expect(!counts.enter(one))
    }

    @Test func `fifty sockets of one address may wait for their token`() throws {
        let counts = Door(AdmissionLimits())
        let (one, two) = (try Self.group(1), try Self.group(2))
        for _ in 0..<50 { #expect(counts.wait(one)) }
        #expect(!counts.wait(one))
        #expect(counts.wait(two))
        counts.stopWaiting(one)
        #expect(counts.wait(one))
        #expect(!counts.wait(one))
    }

    @Test func `connections are given back early where an address has many or the node does`() throws {
        let counts = Door(AdmissionLimits(sockets: 18_000))
        let (one, two) = (try Self.group(1), try Self.group(2))
        for _ in 0..<50 { #expect(counts.enter(one)) }
        #expect(!counts.isCrowded(one))
        #expect(counts.enter(one))
        #expect(counts.isCrowded(one))
        #expect(!counts.isCrowded(two))
        for _ in 0..<1_749 { _ = counts.enter(nil) }
        #expect(counts.unauthenticated == 1_800)
        #expect(!counts.isCrowded(two))
        #expect(!counts.isCrowded(nil))
        #expect(counts.enter(nil))
        #expect(counts.isCrowded(two))
        #expect(counts.isCrowded(nil))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `whatever comes and goes, nothing is left of who is gone`(seed: UInt64) throws {
        var random = Seeded(state: seed)
        var limits = AdmissionLimits(sockets: 200)
        limits.waitingPerAddress = 3
        let counts = Door(limits)
        var open: [(group: AddressGroup?, isAuthenticated: Bool, waiting: Bool)] = []
        for _ in 0..<2_000 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let number = Int.random(in: 0..<40, using: &random)
                let group = number == 0 ? nil : try Self.group(number)
                if counts.enter(group) { open.append((group, false, false)) }
            case 1:
                guard let index = open.indices.randomElement(using: &random), !open[index].isAuthenticated,
                    !open[index].waiting, let group = open[index].group
                else { continue }
                open[index].waiting = counts.wait(group)
            case 2:
                guard let index = open.indices.randomElement(using: &random), !open[index].isAuthenticated else {
                    continue
                }
                open[index].isAuthenticated = true
                if open[index].waiting, let group = open[index].group { counts.stopWaiting(group) }
                open[index].waiting = false
                counts.authenticate(open[index].group)
            default:
                guard let index = open.indices.randomElement(using: &random) else { continue }
                let gone = open.remove(at: index)
                if gone.waiting, let group = gone.group { counts.stopWaiting(group) }
                counts.leave(gone.group, wasAuthenticated: gone.isAuthenticated)
            }
            let strangers = open.filter { !$0.isAuthenticated }
            let told = [counts.sockets, counts.unauthenticated, counts.addressCount]
            let expected = [open.count, strangers.count, Set(strangers.compactMap(\.group)).count]
            guard told == expected else {
                Issue.record("\(told) in place of \(expected), seed \(seed)")
                return
            }
        }
    }

    @Test func `the sixty-first failure of a minute is one too many, and one comes back each second`() throws {
        let failures = Failures()
        let (one, two, start) = (try Self.group(1), try Self.group(2), ContinuousClock.now)
        for _ in 0..<60 { #expect(failures.add(one, now: start) == nil) }
        let error = try #require(failures.add(one, now: start) as SpecError?)
        #expect(error.code == .rateLimited)
        #expect(error.retryAfter == 1_000)
        #expect(error.details.contains(SpecError.Detail("scope", .text("ip"))))
        #expect(failures.add(two, now: start) == nil)
        #expect(failures.add(one, now: start + .milliseconds(999)) != nil)
        #expect(failures.add(one, now: start + .seconds(1)) == nil)
        #expect(failures.add(one, now: start + .seconds(1)) != nil)
        #expect(failures.add(one, now: start + .seconds(3_600)) == nil)
    }

    @Test func `failures are forgotten, and no flood of addresses makes them many`() throws {
        let failures = Failures()
        let start = ContinuousClock.now
        for number in 0..<FailedConnects.longest { _ = failures.add(try Self.group(number), now: start) }
        #expect(failures.count == FailedConnects.longest)
        for number in 0..<100 {
            #expect(failures.add(try Self.group(1_000_000 + number), now: start + .milliseconds(500)) == nil)
        }
        #expect(failures.count == FailedConnects.longest)
        // Who is remembered is still counted.
        for _ in 0..<60 { _ = failures.add(try Self.group(7), now: start + .milliseconds(500)) }
        #expect(failures.add(try Self.group(7), now: start + .milliseconds(500)) != nil)
        // One failure is forgotten after a second, sixty after a minute.
        #expect(failures.add(try Self.group(2_000_000), now: start + .seconds(2)) == nil)
        #expect(failures.count == 2)
        #expect(failures.add(try Self.group(2_000_001), now: start + .seconds(70)) == nil)
        #expect(failures.count == 1)
    }
}

/// Counts as a reference, since an expectation changes no value.
private final class Door {
    var value: SocketCounts

    init(_ limits: AdmissionLimits) { value = SocketCounts(limits: limits) }

    var sockets: Int { value.sockets }
    var unauthenticated: Int { value.unauthenticated }
    var addressCount: Int { value.addressCount }
    func enter(_ address: AddressGroup?) -> Bool { value.enter(address) }
    func wait(_ address: AddressGroup) -> Bool { value.wait(address) }
    func stopWaiting(_ address: AddressGroup) { value.stopWaiting(address) }
    func authenticate(_ address: AddressGroup?) { value.authenticate(address) }
    func leave(_ address: AddressGroup?, wasAuthenticated: Bool) {
        value.leave(address, wasAuthenticated: wasAuthenticated)
    }
    func isCrowded(_ address: AddressGroup?) -> Bool { value.isCrowded(address) }
}

/// Failed connects as a reference.
private final class Failures {
    var value = FailedConnects(perMinute: 60)

    var count: Int { value.count }
    func add(_ address: AddressGroup, now: ContinuousClock.Instant) -> SpecError? { value.add(address, now: now) }
}
