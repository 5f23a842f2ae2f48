/// Counts who is connected and has not authenticated, by node and by address; a pure value.
///
/// As large as there are addresses with connections of that kind, so bounded by ``AdmissionLimits/unauthenticated``.
struct SocketCounts {
    private struct Counts {
        /// Connections that nobody has authenticated.
        var open = 0
        /// Those of them that are sockets opened without a token.
        var waiting = 0
    }

    let limits: AdmissionLimits
    private(set) var sockets = 0
    private(set) var unauthenticated = 0
    private var addresses: [AddressGroup: Counts] = [:]

    init(limits: AdmissionLimits) {
        self.limits = limits
    }

    /// Addresses that are remembered.
    var addressCount: Int { addresses.count }

    /// Counts a connection that was accepted; false, and not counted, where there are too many: the newest is refused.
    ///
    /// - Parameter address: Nil for a proxy of ours, which speaks for many.
    mutating func enter(_ address: AddressGroup?) -> Bool {
        guard sockets < limits.sockets, unauthenticated < limits.unauthenticated else { return false }
        if let address {
            guard addresses[address]?.open ?? 0 < limits.perAddress else { return false }
            addresses[address, default: Counts()].open += 1
        }
        sockets += 1
        unauthenticated += 1
        return true
    }

    /// Counts a socket that was opened without a token; false, and not counted, where the address has too many of those.
    mutating func wait(_ address: AddressGroup) -> Bool {
        guard addresses[address]?.waiting ?? 0 < limits.waitingPerAddress else { return false }
        addresses[address, default: Counts()].waiting += 1
        return true
    }

    /// The socket waits no longer.
    mutating func stopWaiting(_ address: AddressGroup) { lower(address, \.waiting) }

    /// The connection is somebody's now.
    mutating func authenticate(_ address: AddressGroup?) {
        unauthenticated -= 1
        if let address { lower(address, \.open) }
    }

    /// The connection is closed.
    mutating func leave(_ address: AddressGroup?, wasAuthenticated: Bool) {
        sockets -= 1
        if !wasAuthenticated { authenticate(address) }
    }

    /// Whether connections should be given back as soon as they were answered.
    func isCrowded(_ address: AddressGroup?) -> Bool {
        unauthenticated > limits.unauthenticated / 2
            || address.flatMap { addresses[$0]?.open } ?? 0 > limits.waitingPerAddress
    }

    private mutating func lower(_ address: AddressGroup, _ count: WritableKeyPath<Counts, Int>) {
        guard var counts = addresses[address] else { return }
        counts[keyPath: count] -= 1
        addresses[address] = counts.open > 0 || counts.waiting > 0 ? counts : nil
    }
}
