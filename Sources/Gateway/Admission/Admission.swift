import CAASProtocol
import Chat
import NIOCore
import Synchronization

/// Who may connect: the node's counts and rates, shared by all event loops.
final class Admission: Sendable {
    private struct State {
        var counts: SocketCounts
        var failures: FailedConnects
        var connects: TokenBucket
        var bodies = BodyBudget()
        /// Refused connections that are being told so.
        var refused = 0
    }

    /// Refused connections that are kept for a moment, until they were told; others are just closed.
    private static let longestRefused = 8

    let proxies: TrustedProxies
    /// Sockets that the node takes (R68).
    private let connectRate: Rate
    let isCounting: Bool
    private let state: Mutex<State>

    init(_ settings: GatewaySettings) {
        proxies = TrustedProxies(blocks: settings.trustedProxies)
        isCounting = settings.countsRates
        connectRate = Rate(settings.connectRate, burst: 2 * settings.connectRate)
        state = Mutex(
            State(
                counts: SocketCounts(limits: settings.admission),
                failures: FailedConnects(perMinute: settings.failedConnects),
                connects: TokenBucket(connectRate, now: .now)
            )
        )
    }

    /// The pass of a connection that was accepted; nil where there are too many.
    func enter(_ peer: SocketAddress?) -> ConnectionPass? {
        let peer = IPAddress(peer)
        let isProxy = peer.map(proxies.contains) ?? false
        let group = isProxy ? nil : peer.map(AddressGroup.init)
        guard !isCounting || state.withLock({ $0.counts.enter(group) }) else { return nil }
        return ConnectionPass(self, peer: peer, isProxy: isProxy)
    }

    /// Whether one more socket may come in now; else after how long to try again (R68).
    func takeConnect() -> Duration? {
        guard isCounting else { return nil }
        return state.withLock { $0.connects.take(connectRate, now: .now) }
    }

    /// Whether a refused connection may be told so before it is closed; then ``told()`` follows.
    func mayTell() -> Bool {
        state.withLock { state in
            guard state.refused < Self.longestRefused else { return false }
            state.refused += 1
            return true
        }
    }

    func told() { state.withLock { $0.refused -= 1 } }

    func counted<Result>(_ change: (inout SocketCounts) -> Result) -> Result {
        state.withLock { change(&$0.counts) }
    }

    /// Whatever limits are lifted, memory is bounded.
    func takeBody(_ count: Int, for address: AddressGroup?) -> Bool {
        state.withLock { $0.bodies.take(count, for: address) }
    }

    func giveBackBody(_ count: Int, for address: AddressGroup?) {
        state.withLock { $0.bodies.giveBack(count, for: address) }
    }

    func failed(_ address: AddressGroup) -> SpecError? {
        state.withLock { $0.failures.add(address, now: .now) }
    }
}
