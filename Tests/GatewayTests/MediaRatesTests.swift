import CAASProtocol
import Testing

@testable import Gateway

@Suite("Rates of media, R61") struct MediaRatesTests {
    private let start = ContinuousClock.now

    @Test(arguments: [(MediaPacket.Kind.audio, 120, "audio"), (.video, 240, "video")])
    func `packets have a burst and a rate`(kind: MediaPacket.Kind, burst: Int, bucket: String) throws {
        var rates = MediaRates(now: start)
        for _ in 0..<burst { #expect(rates.take(kind, bytes: 100, now: start) == nil) }
        let taken = rates.take(kind, bytes: 100, now: start)
        let refusal = try #require(taken)
        #expect(refusal.code == .rateLimited)
        #expect(refusal.details.contains(.init("bucket", .text(bucket))))
        #expect(refusal.details.contains(.init("scope", .text("connection"))))
        #expect(rates.take(kind, bytes: 100, now: start + .seconds(1)) == nil)
    }

    @Test func `audio and video share their bytes`() throws {
        var rates = MediaRates(now: start)
        for _ in 0..<4 { #expect(rates.take(.video, bytes: 250_000, now: start) == nil) }
        let taken = rates.take(.audio, bytes: 1, now: start)
        let refusal = try #require(taken)
        #expect(refusal.details.contains(.init("bucket", .text("media_bytes"))))
        #expect(rates.take(.video, bytes: 250_000, now: start + .milliseconds(500)) == nil)
    }

    @Test func `files have bytes of their own`() throws {
        var rates = MediaRates(now: start)
        for _ in 0..<32 { #expect(rates.take(.fileChunk, bytes: 262_144, now: start) == nil) }
        let taken = rates.take(.fileChunk, bytes: 1, now: start)
        let refusal = try #require(taken)
        #expect(refusal.details.contains(.init("bucket", .text("file_bytes"))))
        #expect(rates.take(.audio, bytes: 1_000, now: start) == nil)
    }
}
