/// Whose word counts about where a request came from (R61).
struct TrustedProxies: Sendable {
    /// Entries of `X-Forwarded-For` that are looked at; real chains are far shorter.
    private static let longestChain = 32

    let blocks: [AddressBlock]

    /// Whether the address is one of our own proxies.
    func contains(_ address: IPAddress) -> Bool {
        blocks.contains { $0.contains(address) }
    }

    /// Who is behind `peer`: the rightmost address that no proxy of ours has.
    ///
    /// Each proxy adds at the right whom it heard from, so what an untrusted one wrote further left counts for nothing. An
    /// entry that is no address ends the chain: then the proxy that passed it on counts.
    ///
    /// - Parameter fields: The values of `X-Forwarded-For`, in the order of the request.
    func client(behind peer: IPAddress, forwardedFor fields: [String]) -> IPAddress {
        guard contains(peer) else { return peer }
        var client = peer
        var left = Self.longestChain
        for field in fields.reversed() {
            for entry in field.split(separator: ",", omittingEmptySubsequences: false).reversed() {
                guard left > 0, contains(client), let next = Self.address(in: entry) else { return client }
                client = next
                left -= 1
            }
        }
        return client
    }

    /// An address as proxies write it: alone, with a port, or in brackets.
    private static func address(in entry: Substring) -> IPAddress? {
        var text = entry
        while let first = text.utf8.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.utf8.last, last == 0x20 || last == 0x09 { text.removeLast() }
        if text.utf8.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: "]"), isPort(text[text.index(after: end)...]) else { return nil }
            return IPAddress(text[text.index(after: text.startIndex)..<end])
        }
        if text.utf8.count(where: { $0 == UInt8(ascii: ":") }) == 1, let colon = text.firstIndex(of: ":") {
            guard isPort(text[colon...]) else { return nil }
            return IPAddress(text[..<colon])
        }
        return IPAddress(text)
    }

    /// Nothing, or a colon and a port.
    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || (text.utf8.first == UInt8(ascii: ":") && UInt16(text.dropFirst()) != nil)
    }
}
