import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes to a connection's descriptor past the channel: half the cost of a delivery is the way through a channel.
///
/// Only while the channel itself has nothing to write, so that nothing overtakes; ``Outbox`` sees to that. The descriptor is
/// the channel's: it is not used after the channel has said that it is inactive, which it does in the same step in which it
/// closes the descriptor. Before that only the channel's writes are told that they have failed, and nobody may send for that.
struct DirectSocket {
    private let descriptor: Int32

    /// Nil where the channel is no socket, as in tests on embedded channels.
    init?(_ context: ChannelHandlerContext) {
        let descriptor = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
        guard let descriptor else { return nil }
        self.descriptor = descriptor
    }

    /// Sends what the socket takes at once.
    ///
    /// - Returns: the bytes taken; 0 also for an error, which the channel meets again and handles.
    func send(_ bytes: ByteBuffer) -> Int {
        bytes.withUnsafeReadableBytes { pointer in
            max(0, Self.send(descriptor, pointer.baseAddress, pointer.count))
        }
    }

    /// Bytes that were sent and that the peer's end has not acknowledged; 0 where the system does not say.
    var untaken: Int {
        var count: CInt = 0
        #if canImport(Glibc)
            // SIOCOUTQ, by its other name.
            let result = ioctl(descriptor, UInt(TIOCOUTQ), &count)
        #else
            var size = socklen_t(MemoryLayout<CInt>.size)
            let result = getsockopt(descriptor, SOL_SOCKET, SO_NWRITE, &count, &size)
        #endif
        return result == 0 ? max(0, Int(count)) : 0
    }

    /// Lets the system take no more while so many bytes are its own that it has not begun to send.
    ///
    /// What is on its way to the peer does not count, so that a fast line is kept full.
    func limitUnsent(to bytes: Int) {
        var bytes = CInt(clamping: bytes)
        // Where it is not known, what waits can be dropped later than it might.
        _ = setsockopt(
            descriptor,
            CInt(IPPROTO_TCP),
            TCP_NOTSENT_LOWAT,
            &bytes,
            socklen_t(MemoryLayout<CInt>.size)
        )
    }

    private static func send(_ descriptor: Int32, _ base: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.send(descriptor, base, count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        #else
            Darwin.send(descriptor, base, count, MSG_DONTWAIT)
        #endif
    }
}
