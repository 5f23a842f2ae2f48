/// Whose word counts about where a request came from (R61).
package struct TrustedProxies: Sendable {
    /// Entries of `X-Forwarded-For` that are looked at; real chains are far shorter.
    private static let longestChain = 32

    private let blocks: [AddressBlock]

    package init(blocks: [AddressBlock]) {
        self.blocks = blocks
    }

    /// Whether the address is one of our own proxies.
    package func contains(_ address: IPAddress) -> Bool {
        blocks.contains { $0.contains(address) }
    }

    /// Who is behind `peer`: the rightmost address that no proxy of ours has.
    ///
    /// Each proxy adds at the right whom it heard from, so what an untrusted one wrote further left counts for nothing. An
    /// entry that is no address ends the chain: then the proxy that passed it on counts.
    ///
    /// - Parameter fields: The values of `X-Forwarded-For`, in the order of the request.
    package func client(behind peer: IPAddress, forwardedFor fields: [String]) -> IPAddress {
        guard contains(peer) else { return peer }
        var client = peer
        var left = Self.longestChain
        for field in fields.reversed() {
            // By bytes: a sign that a client put before our proxy's comma, to which it is joined as a character, changes nothing.
            for entry in field.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).reversed() {
                guard left > 0, contains(client), let next = Self.address(in: entry) else { return client }
                client = next
                left -= 1
            }
        }
        return client
    }

    /// An address as proxies write it: alone, with a port, or in brackets.
    private static func address(in entry: Substring.UTF8View) -> IPAddress? {
        var text = entry.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")), isPort(text[end...].dropFirst()) else { return nil }
            return IPAddress(Substring(text[..<end].dropFirst()))
        }
        if text.count(where: { $0 == UInt8(ascii: ":") }) == 1, let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            guard isPort(text[colon...]) else { return nil }
            return IPAddress(Substring(text[..<colon]))
        }
        return IPAddress(Substring(text))
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Nothing, or a colon and a port in digits.
    private static func isPort(_ text: Substring.UTF8View) -> Bool {
        guard let first = text.first else { return true }
        let digits = text.dropFirst()
        return first == UInt8(ascii: ":") && digits.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            && UInt16(Substring(digits)) != nil
    }
}
