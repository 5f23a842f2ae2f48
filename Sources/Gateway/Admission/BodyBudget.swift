/// Bytes of request bodies that the node holds while they come and are answered; a pure value.
///
/// A body comes before anybody knows who sends it. As large as there are addresses with bodies under way.
struct BodyBudget {
    /// Bytes of all bodies.
    static let node = 64 * 1024 * 1024
    /// Bytes of one address's bodies, so that none takes all.
    static let perAddress = 16 * 1024 * 1024

    private(set) var bytes = 0
    private var addresses: [AddressGroup: Int] = [:]

    /// Addresses that are remembered.
    var addressCount: Int { addresses.count }

    /// Counts bytes that came; false, and not counted, where there are too many.
    ///
    /// - Parameter address: Nil for a proxy of ours, which speaks for many.
    mutating func take(_ count: Int, for address: AddressGroup?) -> Bool {
        guard count <= Self.node - bytes else { return false }
        if let address {
            let held = addresses[address] ?? 0
            guard count <= Self.perAddress - held else { return false }
            addresses[address] = held + count
        }
        bytes += count
        return true
    }

    /// The bytes are not held any more.
    mutating func giveBack(_ count: Int, for address: AddressGroup?) {
        bytes -= count
        guard let address, let held = addresses[address] else { return }
        addresses[address] = held > count ? held - count : nil
    }
}
