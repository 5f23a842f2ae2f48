import NIOCore
import TestSupport
import Testing
import WebSocketWire

@Suite("What is deflated is inflated to the same") struct DeflateRoundTripTests {
    /// Texts of every kind: few letters, whole sentences, characters of several bytes, noise; short and long.
    private func text(_ random: inout SeededGenerator) -> String {
        let kinds = [["a", "b"], ["the ", "quick ", "brown ", "{\"id\":", "\"content\""], ["é", "漢", "🙂", "\u{0}"]]
        let count = Int.random(in: 0...Int.random(in: 1...6_000, using: &random), using: &random)
        let words = kinds.randomElement(using: &random) ?? []
        guard Int.random(in: 0..<4, using: &random) > 0 else {
            return String(decoding: random.bytes(count).map { 0x20 + $0 % 0x5E }, as: UTF8.self)
        }
        return (0..<count).map { _ in words.randomElement(using: &random) ?? "" }.joined()
    }

    @Test(.tags(.property), arguments: bothRoles, 0..<60 as Range<UInt64>)
    func `in random fragments, with random windows and levels, cut at random`(role: Role, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let deflater = Deflater(level: .random(in: 1...9, using: &random), threshold: 0)
        var peer = Peer(of: role, deflates: true)
        var stream: [UInt8] = []
        var expected: [Seen] = []
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let text = text(&random)
            guard text.utf8.count <= 64 * 1024 else { continue }
            let bytes = ByteBuffer(string: text)
            let windowBits = Int.random(in: 9...15, using: &random)
            if let deflated = deflater.deflate(bytes, windowBits: windowBits) {
                #expect(deflated.readableBytes < bytes.readableBytes)
                var rest = Array(deflated.readableBytesView)[...]
                var frame = RawFrame.compressed(to: role, 1, [], fin: false)
                while Int.random(in: 0..<3, using: &random) > 0 {
                    frame.payload = Array(rest.prefix(.random(in: 0...rest.count, using: &random)))
                    rest = rest.dropFirst(frame.payload.count)
                    stream += frame.bytes
                    frame = .to(role, 0, [UInt8](), fin: false)
                }
                frame.payload = Array(rest)
                frame.fin = true
                stream += frame.bytes
            } else {
                stream += RawFrame.to(role, 1, text).bytes
            }
            expected.append(.text(text))
        }
        var seen: [Seen] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let piece = rest.prefix(.random(in: 1...rest.count, using: &random))
            seen += peer.send(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        #expect(seen == expected)
    }

    @Test(.tags(.property), arguments: 0..<30 as Range<UInt64>)
    func `a server's frame is read by a client, a client's by a server`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let deflater = Deflater(threshold: 100)
        var text = ""
        while text.utf8.count < 100 { text += self.text(&random) }
        text = String(text.prefix(20_000))
        let bytes = ByteBuffer(string: text)
        let windowBits = Int.random(in: 9...15, using: &random)
        var client = Peer(of: .client, deflates: true)
        var server = Peer(of: .server, deflates: true)
        if let frame = ServerFrame.deflated(bytes, by: deflater, windowBits: windowBits) {
            #expect(RawFrame(reading: frame)?.reserved == 4)
            client.machine.receive(frame, now: client.start)
            #expect(client.drain() == [.text(text)])
        }
        let frame = client.machine.encode(.text, bytes, by: deflater, windowBits: windowBits)
        server.machine.receive(frame, now: server.start)
        #expect(server.drain() == [.text(text)])
    }

    @Test func `nothing is deflated below the threshold, nor what does not get smaller, nor with a window zlib lacks`()
    {
        var random = SeededGenerator(seed: 1)
        let deflater = Deflater(threshold: 1_024)
        #expect(deflater.deflate(ByteBuffer(repeating: 0x61, count: 1_023), windowBits: 15) == nil)
        #expect(deflater.deflate(ByteBuffer(repeating: 0x61, count: 1_024), windowBits: 15) != nil)
        #expect(deflater.deflate(ByteBuffer(bytes: random.bytes(5_000)), windowBits: 15) == nil)
        for windowBits in [0, 7, 8, 16] {
            #expect(deflater.deflate(ByteBuffer(repeating: 0x61, count: 2_000), windowBits: windowBits) == nil)
        }
    }

    @Test(arguments: 9...15)
    func `no window is larger than it was agreed upon`(bits: Int) throws {
        var random = SeededGenerator(seed: 3)
        let deflater = Deflater(threshold: 0)
        func letters(_ count: Int) -> [UInt8] { random.bytes(count).map { 0x20 + $0 % 64 } }
        /// Bytes that it saves to have the same block again behind so many others, in place of a new one.
        func saved(_ between: Int) throws -> Int {
            let (block, other, middle) = (letters(200), letters(200), letters(between))
            let sizes = try [other, block].map { last in
                let text = ByteBuffer(bytes: block + middle + last)
                return try #require(deflater.deflate(text, windowBits: bits)).readableBytes
            }
            return sizes[0] - sizes[1]
        }
        // zlib keeps 262 bytes of a window to itself.
        #expect(try saved(1 << bits - 262 - 200) > 100)
        #expect(try saved(1 << bits) < 50)
    }

    @Test func `totals count what was deflated and inflated since they were taken`() throws {
        let deflater = Deflater(threshold: 0)
        let inflater = Inflater()
        let deflated = try #require(deflater.deflate(ByteBuffer(repeating: 0x61, count: 1_000), windowBits: 15))
        var peer = Peer(of: .server)
        peer.machine.inflater = inflater
        _ = peer.send(.compressed(to: .server, 1, Array(deflated.readableBytesView)))
        for totals in [deflater.takeTotals(), inflater.takeTotals()] {
            #expect(totals.plainBytes == 1_000)
            #expect(totals.deflatedBytes == deflated.readableBytes)
        }
        #expect(deflater.takeTotals() == DeflateTotals())
        #expect(inflater.takeTotals() == DeflateTotals())
    }
}
