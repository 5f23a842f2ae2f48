/// Addresses with the same first bits, such as `10.0.0.0/8`; RFC 4632 §3.1.
package struct AddressBlock: Sendable, Hashable {
    private let base: IPAddress
    /// Bits that count, of the 128 of the mapped form.
    private let length: Int

    /// One address, or an address, a slash and how many of its bits count; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        base = address
        guard parts.count == 2 else {
            length = 128
            return
        }
        let digits = parts[1].utf8
        guard (1...3).contains(digits.count),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let count = Int(parts[1]), count <= (address.isIPv4 ? 32 : 128)
        else { return nil }
        length = address.isIPv4 ? 96 + count : count
    }

    /// The whole Internet of version 6 holds nobody of version 4.
    package func contains(_ address: IPAddress) -> Bool {
        base.isIPv4 == address.isIPv4 && (base.bits ^ address.bits) >> (128 - length) == 0
    }
}
