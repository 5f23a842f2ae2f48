import NIOCore
import NIOEmbedded
import Testing

@testable import Gateway

@Suite("A body that is taken as it comes") struct IncomingBodyTests {
    /// A body, what it has asked for, and what was taken of it.
    private final class Reader {
        let body: IncomingBody
        var wishes: [Bool] = []
        var pieces: [Int] = []
        var isOver = false
        var isBroken = false
        private let loop = EmbeddedEventLoop()

        init() {
            body = IncomingBody(on: loop)
            body.demand = { [weak self] in self?.wishes.append($0) }
        }

        func take() {
            body.take().assumeIsolated().whenComplete { result in
                switch result {
                case .success(let piece?): self.pieces.append(piece.readableBytes)
                case .success(nil): self.isOver = true
                case .failure: self.isBroken = true
                }
            }
        }

        func receive(_ bytes: Int) { body.receive(ByteBuffer(repeating: 7, count: bytes)) }
    }

    private static let piece = IncomingBody.pieceBytes

    @Test func `nothing is asked for before somebody wants it, nor once there is a piece`() {
        let reader = Reader()
        #expect(reader.wishes == [])
        reader.take()
        #expect(reader.wishes == [true])
        reader.receive(Self.piece - 1)
        #expect(reader.pieces == [] && reader.wishes == [true])
        reader.receive(10)
        #expect(reader.pieces == [Self.piece + 9] && reader.wishes == [true, false])
        reader.receive(20)
        #expect(reader.pieces.count == 1)
        reader.take()
        #expect(reader.wishes == [true, false, true])
        reader.body.finish()
    }

    @Test func `what is there already is taken without asking`() {
        let reader = Reader()
        reader.receive(Self.piece)
        reader.take()
        #expect(reader.pieces == [Self.piece] && reader.wishes == [false])
    }

    @Test func `behind the last piece there is none`() {
        let reader = Reader()
        reader.take()
        reader.receive(5)
        reader.body.finish()
        #expect(reader.pieces == [5])
        // A connection that ends behind it breaks nothing.
        reader.body.fail()
        reader.take()
        #expect(reader.isOver && !reader.isBroken)
    }

    @Test func `a body that breaks off gives what had come, and then says so`() {
        let reader = Reader()
        reader.take()
        reader.receive(5)
        reader.body.fail()
        #expect(reader.pieces == [5] && !reader.isBroken)
        reader.receive(7)
        reader.take()
        #expect(reader.pieces == [5] && reader.isBroken)
        #expect(reader.wishes == [true])
    }

    @Test func `a body in chunks of a byte is not worth them`() {
        let reader = Reader()
        reader.take()
        for _ in 0..<2_000 where !reader.isBroken { reader.receive(1) }
        #expect(reader.pieces.count == 1 && (1_000...1_100).contains(reader.pieces[0]))
        reader.take()
        #expect(reader.isBroken)
    }

    @Test func `parts of 64 bytes are`() {
        let reader = Reader()
        reader.take()
        for _ in 0..<20_000 {
            reader.receive(64)
            if reader.wishes.last == false { reader.take() }
        }
        #expect(!reader.isBroken && reader.pieces.count == 20_000 * 64 / Self.piece)
        reader.body.finish()
    }
}
