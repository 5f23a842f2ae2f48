package import NIOCore

/// An address of the Internet Protocol; one of version 4 stands in its mapped form however it came.
///
/// RFC 4291 §2.5.5.2.
package struct IPAddress: Sendable, Hashable {
    private static let mapped: UInt128 = 0xFFFF << 32

    package let bits: UInt128

    init?(_ address: SocketAddress?) {
        switch address {
        // Where the address stands in `sockaddr_in` and `sockaddr_in6`, which are the same on every system.
        case .v4(let address):
            bits = withUnsafeBytes(of: address.address) {
                Self.mapped | UInt128(UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
            }
        case .v6(let address):
            bits = withUnsafeBytes(of: address.address) {
                UInt128(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt128.self))
            }
        case .unixDomainSocket, nil: return nil
        }
    }

    /// Nil where the text is no address in digits.
    package init?(_ text: some StringProtocol) {
        // The system's reader takes more than an address: what stands behind a NUL, or the zone of an interface.
        guard text.utf8.count <= 45, text.utf8.allSatisfy(Self.isAddressByte) else { return nil }
        self.init(try? SocketAddress(ipAddress: String(text), port: 0))
    }

    var isIPv4: Bool { bits >> 32 == 0xFFFF }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "."), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}

/// Who counts as one address: one of version 4, or the 64 bits that one customer is given of version 6 (R61).
struct AddressGroup: Sendable, Hashable {
    private let bits: UInt128

    init(_ address: IPAddress) {
        bits = address.isIPv4 ? address.bits : (address.bits >> 64) << 64
    }
}

extension SocketAddress {
    /// The address without a port, one of version 4 as such; nil is not to be expected.
    package init?(_ address: IPAddress) {
        var bytes = ByteBuffer()
        if address.isIPv4 {
            bytes.writeInteger(UInt32(truncatingIfNeeded: address.bits))
        } else {
            bytes.writeInteger(address.bits)
        }
        guard let made = try? SocketAddress(packedIPAddress: bytes, port: 0) else { return nil }
        self = made
    }
}
