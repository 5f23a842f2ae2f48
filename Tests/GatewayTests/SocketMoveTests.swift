import Foundation
import NIOCore
import NIOPosix
import Testing
import WebSocketWire

@testable import Gateway

/// WebSockets on their way to the event loop of their session, where something is in the way.
@Suite("A WebSocket moves") struct SocketMoveTests {
    private let eventLoop = MultiThreadedEventLoopGroup.singleton.next()

    /// A descriptor's file, which tells it from others that get the number later.
    private func isOpen(_ descriptor: CInt, _ inode: ino_t) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_ino == inode
    }

    private func inode(of descriptor: CInt) throws -> ino_t {
        var status = stat()
        try #require(fstat(descriptor, &status) == 0)
        return status.st_ino
    }

    /// Two ends of a connection.
    private func pair() throws -> (CInt, CInt) {
        var ends: [CInt] = [0, 0]
        try #require(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
        return (ends[0], ends[1])
    }

    @Test func `refused on arrival it is closed, which the client sees`() async throws {
        let (ours, theirs) = try pair()
        defer { close(theirs) }
        let inode = try inode(of: ours)
        let move = SocketMove(descriptor: ours, rest: ByteBuffer(), eventLoop: eventLoop) { _ in
            throw SocketMove.Refused()
        }
        await #expect(throws: SocketMove.Refused.self) { try await move.arrive().get() }
        #expect(!isOpen(ours, inode))
        var byte: UInt8 = 0
        #expect(read(theirs, &byte, 1) == 0)
    }
}
