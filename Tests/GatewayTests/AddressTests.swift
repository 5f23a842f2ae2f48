import NIOCore
import Testing

@testable import Gateway

@Suite("Addresses, and whose word counts about them, R61") struct AddressTests {
    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\0", "1.2.3.4\0x", "0x1.2.3.4",
        "localhost", "::g", ":::", "1::2::3", "fe80::1%eth0", "[::1]", "::1/64", String(repeating: "1", count: 5_000),
        "١.٢.٣.٤",
    ])
    func `what is no address in digits is none`(_ text: String) {
        #expect(IPAddress(text) == nil)
        #expect(AddressBlock(text) == nil || text.contains("/"))
    }

    @Test(arguments: ["1.2.3.4", "255.255.255.255", "0.0.0.0", "::1", "2001:db8::42", "fe80::1", "::"])
    func `an address is the same however it came`(_ text: String) throws {
        let address = try #require(IPAddress(text))
        let socket = try SocketAddress(ipAddress: text, port: 443)
        #expect(IPAddress(socket) == address)
        #expect(SocketAddress(address)?.ipAddress == socket.ipAddress)
    }

    @Test func `version 4 in the form of version 6 is version 4`() throws {
        #expect(IPAddress("::ffff:1.2.3.4") == IPAddress("1.2.3.4"))
        let mapped = try SocketAddress(ipAddress: "::ffff:1.2.3.4", port: 1)
        #expect(IPAddress(mapped) == IPAddress("1.2.3.4"))
        #expect(IPAddress("::1.2.3.4") != IPAddress("1.2.3.4"))
        #expect(IPAddress(try SocketAddress(unixDomainSocketPath: "/tmp/s")) == nil)
    }

    @Test(arguments: [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", true), ("2001:db8:0:1::1", "2001:db8:0:2::1", false),
        ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false), ("::ffff:10.0.0.1", "10.0.0.1", true),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", false),
    ])
    func `version 6 is counted by its first 64 bits, version 4 whole`(_ one: String, _ two: String, _ same: Bool) throws
    {
        let groups = [try #require(IPAddress(one)), try #require(IPAddress(two))].map(AddressGroup.init)
        #expect((groups[0] == groups[1]) == same)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.1.2.3/8", "10.9.9.9", true),
        ("10.0.0.0/32", "10.0.0.0", true), ("10.0.0.0/32", "10.0.0.1", false), ("10.0.0.0", "10.0.0.1", false),
        ("0.0.0.0/0", "255.1.1.1", true), ("0.0.0.0/0", "::1", false), ("::/0", "2001:db8::1", true),
        ("::/0", "1.2.3.4", false), ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false),
        ("2001:db8::/127", "2001:db8::1", true), ("2001:db8::/127", "2001:db8::2", false),
        ("127.0.0.0/9", "127.127.255.255", true), ("127.0.0.0/9", "127.128.0.0", false),
    ])
    func `a block holds the addresses with its first bits`(_ block: String, _ address: String, _ holds: Bool) throws {
        #expect(try #require(AddressBlock(block)).contains(#require(IPAddress(address))) == holds)
    }

    @Test(arguments: [
        "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0.0/ 8", "10/8", "::/129",
        "::1/1000", "/8", "10.0.0.0/99999999999999999999",
    ])
    func `what is no block is none`(_ text: String) {
        #expect(AddressBlock(text) == nil)
    }

    @Test(
        arguments: [
            // From an untrusted peer the field says nothing.
            ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.1", [], "10.0.0.1"),
            ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
            // What the client itself wrote stands left of what our proxy added.
            ("10.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
            // A chain of our own proxies.
            ("10.0.0.1", ["1.1.1.1, 198.51.100.1, 10.0.0.3", "10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", ["10.0.0.3,10.0.0.2"], "10.0.0.3"),
            // A broken entry: who passed it on counts.
            ("10.0.0.1", ["198.51.100.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", ["198.51.100.1, unknown, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", [""], "10.0.0.1"), ("10.0.0.1", [","], "10.0.0.1"),
            ("10.0.0.1", ["198.51.100.1,"], "10.0.0.1"),
            // With a port, and as version 6.
            ("10.0.0.1", ["198.51.100.1:5000"], "198.51.100.1"), ("10.0.0.1", ["198.51.100.1:x"], "10.0.0.1"),
            ("10.0.0.1", ["[2001:db8::1]:80"], "2001:db8::1"), ("10.0.0.1", ["[2001:db8::1]"], "2001:db8::1"),
            ("10.0.0.1", ["2001:db8::1"], "2001:db8::1"), ("10.0.0.1", ["[2001:db8::1"], "10.0.0.1"),
            ("10.0.0.1", ["[2001:db8::1]x"], "10.0.0.1"), ("10.0.0.1", ["[]"], "10.0.0.1"),
            ("::ffff:10.0.0.1", ["\t198.51.100.1 "], "198.51.100.1"), ("10.0.0.1", ["198.51.100.1:+80"], "10.0.0.1"),
            // Characters that Unicode joins with our proxy's comma.
            ("10.0.0.1", ["x\u{600}, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", ["1.1.1.1,\u{301} 198.51.100.1"], "10.0.0.1"),
        ] as [(String, [String], String)]
    )
    func `a client is the rightmost address that is no proxy of ours`(
        _ peer: String,
        _ fields: [String],
        _ expected: String
    ) throws {
        let proxies = TrustedProxies(blocks: [try #require(AddressBlock("10.0.0.0/8"))])
        let client = proxies.client(behind: try #require(IPAddress(peer)), forwardedFor: fields)
        #expect(client == IPAddress(expected))
    }

    @Test func `a chain without end is followed for a while`() throws {
        let proxies = TrustedProxies(blocks: [try #require(AddressBlock("10.0.0.0/8"))])
        let peer = try #require(IPAddress("10.0.0.1"))
        func client(_ proxyCount: Int) -> IPAddress {
            let chain = ["198.51.100.1"] + Array(repeating: "10.0.0.2", count: proxyCount)
            return proxies.client(behind: peer, forwardedFor: [chain.joined(separator: ",")])
        }
        #expect(client(31) == IPAddress("198.51.100.1"))
        #expect(client(32) == IPAddress("10.0.0.2"))
        #expect(client(5_000) == IPAddress("10.0.0.2"))
    }
}
