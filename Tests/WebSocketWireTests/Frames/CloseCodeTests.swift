import NIOCore
import Testing

@testable import WebSocketWire

@Suite("Close codes and reasons, RFC 6455 §7.4") struct CloseCodeTests {
    @Test(arguments: [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999] as [UInt16])
    func `may be sent`(code: UInt16) { #expect(CloseCode(rawValue: code).isValidOnWire) }

    @Test(arguments: [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535] as [UInt16])
    func `may not be sent`(code: UInt16) { #expect(!CloseCode(rawValue: code).isValidOnWire) }

    /// CVE-2026-45736.
    @Test func `a long reason is cut between characters`() throws {
        let reason = "x" + String(repeating: "é", count: 100)
        let payload = ClosePayload(.normal, reason: reason).serialized()
        #expect(payload.readableBytes == 2 + 123)
        #expect(
            try ClosePayload(parsing: payload) == ClosePayload(.normal, reason: "x" + String(repeating: "é", count: 61))
        )
    }

    @Test func `a code that may not be sent is sent as an empty frame`() {
        #expect(ClosePayload(CloseCode(rawValue: 1005), reason: "lost").serialized().readableBytes == 0)
    }
}
