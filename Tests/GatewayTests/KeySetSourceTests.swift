import Crypto
import Foundation
import Synchronization
import Testing

@testable import Gateway

@Suite("Key sets that change, R57") struct KeySetSourceTests {
    private let file = KeyFile()
    private let start = ContinuousClock.now
    private let old = SigningKey.p256(P256.Signing.PrivateKey()).entry("old")
    private let new = SigningKey.ed25519(Curve25519.Signing.PrivateKey()).entry("new")
    private let reports = Reports()

    private func source() throws -> KeySetSource {
        let reports = reports
        return try KeySetSource(KeySetFile(file.path), now: start) { reports.note($0) }
    }

    private func has(_ source: KeySetSource, _ id: String, at seconds: Int) async -> Bool {
        await source.key(Array(id.utf8), now: start + .seconds(seconds)) != nil
    }

    @Test func `a key that was added is found at once, and the old one stays`() async throws {
        try file.write(try keySet(old))
        let source = try source()
        try file.write(try keySet(old, new))
        #expect(await has(source, "new", at: 1))
        #expect(await has(source, "old", at: 1))
    }

    @Test func `unknown ids cost one reading in 30 seconds`() async throws {
        try file.write(try keySet(old))
        let source = try source()
        #expect(await !has(source, "what", at: 100))
        try file.write(try keySet(old, new))
        #expect(await !has(source, "new", at: 129))
        #expect(await has(source, "old", at: 129))
        #expect(await has(source, "new", at: 130))
    }

    @Test func `a key that was taken out ends after ten minutes, or when an unknown one is asked for`() async throws {
        try file.write(try keySet(old, new))
        let source = try source()
        try file.write(try keySet(new))
        #expect(await has(source, "old", at: 599))
        #expect(await !has(source, "old", at: 600))
        try file.write(try keySet(old))
        #expect(await has(source, "new", at: 629))
        #expect(await has(source, "old", at: 630))
        #expect(await !has(source, "new", at: 630))
    }

    @Test func `a file that is bad for a while leaves the keys as they were, and is told`() async throws {
        try file.write(try keySet(old))
        let source = try source()
        try file.remove()
        #expect(await !has(source, "new", at: 1))
        #expect(await has(source, "old", at: 1))
        try file.write(#"{"keys":["#)
        #expect(await has(source, "old", at: 32))
        #expect(reports.faults.map(\.words).map { $0.prefix(11) } == ["cannot be r", "is no key s"])
        try file.write(try keySet(new))
        #expect(await has(source, "new", at: 62))
        #expect(await !has(source, "old", at: 62))
        #expect(reports.faults.count == 2)
    }

    @Test func `many unknown ids at once wait for one reading`() async throws {
        try file.write(try keySet(old))
        let source = try source()
        try file.write("nothing")
        await withTaskGroup { group in
            for number in 0..<200 { group.addTask { _ = await has(source, "unknown \(number)", at: 1) } }
        }
        #expect(reports.faults == [.noSet])
        #expect(await has(source, "old", at: 1))
    }

    @Test(arguments: [0o664, 0o646, 0o666, 0o620])
    func `a file that others can change is refused`(_ mode: Int) throws {
        try file.write(try keySet(old), mode: mode)
        let error = #expect(throws: KeySetError.self) { try KeySetFile(file.path).read() }
        #expect(error?.fault == .writable)
    }

    @Test func `what is not there or no file is refused, and what is too large is not read to its end`() throws {
        #expect(throws: KeySetError.self) { try KeySetFile(file.path).read() }
        #expect(throws: KeySetError.self) { try KeySetFile("/dev/zero").read() }
        #expect(throws: KeySetError.self) { try KeySetFile(NSTemporaryDirectory()).read() }
        try file.write(String(repeating: " ", count: 10 * KeySet.bytes))
        let error = #expect(throws: KeySetError.self) { try KeySetFile(file.path).read() }
        #expect(error?.description == "The key set file \(file.path) has more than 65536 bytes.")
    }

    @Test func `a fault names the file and the key`() throws {
        try file.write(try keySet(old, ["kty": "EC", "d": "AQ"]))
        let error = #expect(throws: KeySetError.self) { try KeySetFile(file.path).read() }
        #expect(error?.description.hasPrefix("In the key set file \(file.path) key 2 is a private") == true)
    }
}

/// What was told, in order.
private final class Reports: Sendable {
    private let noted = Mutex<[KeySetFault]>([])

    var faults: [KeySetFault] { noted.withLock { $0 } }

    func note(_ error: KeySetError) { noted.withLock { $0.append(error.fault) } }
}
