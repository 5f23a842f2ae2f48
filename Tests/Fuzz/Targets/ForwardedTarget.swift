import Gateway
import NIOCore

/// Who sent a request, as `X-Forwarded-For` says: the first byte chooses the peer, the rest are the field's values, a line each.
enum ForwardedTarget {
    /// The blocks of our own proxies, and the same as prefixes of bytes in the mapped form.
    private static let proxies = TrustedProxies(
        blocks: ["10.0.0.0/8", "fd00::/8", "192.0.2.1"].compactMap { AddressBlock($0) }
    )
    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    private static let prefixes: [[UInt8]] = [mapped + [10], [0xFD], mapped + [192, 0, 2, 1]]
    private static let peers = ["10.0.0.1", "fd00::1", "192.0.2.1", "203.0.113.9", "2001:db8::1"].compactMap {
        IPAddress($0)
    }
    /// Entries that are looked at.
    private static let longestChain = 32

    static func run(_ input: [UInt8]) throws(Broken) {
        try require(peers.count == 5, "the peers are addresses")
        let peer = peers[Int(input.first ?? 0) % peers.count]
        let lines = input.dropFirst().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let fields = lines.map { String(decoding: $0, as: UTF8.self) }
        let client = proxies.client(behind: peer, forwardedFor: fields)
        let expected = reference(peer, fields)
        try require(bytes(of: client) == expected, "is \(bytes(of: client)), not \(expected)")
        // Lines are one list (RFC 9110 §5.3).
        let joined = proxies.client(behind: peer, forwardedFor: [fields.joined(separator: ",")])
        try require(joined == client, "in one line it is \(bytes(of: joined))")
        if !proxies.contains(client) {
            // Whom no proxy of ours named, nobody can talk away from further left.
            for forged in ["198.51.100.7", "10.0.0.2", "x\u{600}", "[", ""] {
                let other = proxies.client(behind: peer, forwardedFor: [forged] + fields)
                try require(other == client, "with \(forged) before it, it is \(bytes(of: other))")
            }
        }
        try checkAddress(client)
        for field in fields.prefix(4) { try checkText(field) }
    }

    /// What the system writes for an address is that address.
    private static func checkAddress(_ address: IPAddress) throws(Broken) {
        guard let text = SocketAddress(address)?.ipAddress else { throw Broken("has no socket's address") }
        try require(IPAddress(text) == address, "\(text) is another address")
        try require(AddressBlock(text)?.contains(address) == true, "\(text) does not hold itself")
    }

    /// A text is an address by this reading where it is one by ours.
    private static func checkText(_ text: String) throws(Broken) {
        let address = IPAddress(text)
        try require(address.map(bytes) == AddressReference.bytes(Array(text.utf8)), "\(text) is \(address as Any)")
        if let address { try checkAddress(address) }
    }

    private static func bytes(of address: IPAddress) -> [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: address.bits >> (120 - 8 * $0)) }
    }

    /// The same by another reading: bytes alone, from the right.
    private static func reference(_ peer: IPAddress, _ fields: [String]) -> [UInt8] {
        let entries = fields.joined(separator: ",").utf8.split(
            separator: UInt8(ascii: ","),
            omittingEmptySubsequences: false
        )
        var client = bytes(of: peer)
        for entry in entries.reversed().prefix(longestChain) {
            guard prefixes.contains(where: { client.starts(with: $0) }), let next = address(in: Array(entry)) else {
                break
            }
            client = next
        }
        return client
    }

    /// An address with what proxies write around it.
    private static func address(in entry: [UInt8]) -> [UInt8]? {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let text = Array(Array(entry.drop(while: isSpace).reversed()).drop(while: isSpace).reversed())
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let rest = text[(end + 1)...]
            guard rest.isEmpty || rest.first == UInt8(ascii: ":") && isPort(rest.dropFirst()) else { return nil }
            return AddressReference.bytes(Array(text[1..<end]))
        }
        guard parts.count == 2 else { return AddressReference.bytes(text) }
        return isPort(parts[1]) ? AddressReference.bytes(Array(parts[0])) : nil
    }

    private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
        guard !text.isEmpty, text.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return false }
        let digits = text.drop { $0 == UInt8(ascii: "0") }
        return digits.count <= 5 && (Int(String(decoding: digits, as: UTF8.self)) ?? 0) <= 65_535
    }
}
