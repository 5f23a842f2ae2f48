import TestSupport
import Testing

@testable import EngineIOWire

@Suite("Session ids") struct SessionIDTests {
    @Test func `a new one is 24 characters, which can be read again`() {
        let sid = EngineIOSessionID.random()
        #expect(sid.text.utf8.count == 24)
        #expect(EngineIOSessionID(sid.text) == sid)
    }

    /// CVE-2017-16031.
    @Test func `a thousand are different`() {
        #expect(Set((0..<1_000).map { _ in EngineIOSessionID.random() }).count == 1_000)
    }

    @Test func `every character is there in its time`() {
        var generator = SeededGenerator(seed: 1)
        let characters = (0..<200).flatMap { _ in EngineIOSessionID.random(using: &generator).text }
        #expect(Set(characters).count == 64)
    }
}
