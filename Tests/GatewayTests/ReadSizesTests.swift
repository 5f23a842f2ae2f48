import NIOCore
import Testing

@testable import Gateway

@Suite("What a connection is read with") struct ReadSizesTests {
    /// Reads as a channel of NIO does: so many bytes come, and whoever handles them gets them.
    private func read(_ count: Int, from pool: inout NIOPooledRecvBufferAllocator) -> ByteBuffer {
        let (bytes, taken) = pool.buffer(allocator: ByteBufferAllocator()) { buffer in
            buffer.writeRepeatingByte(7, count: min(count, buffer.writableBytes))
        }
        if taken > 0 { pool.record(actualReadBytes: taken) }
        return bytes
    }

    private func pool(isNew: Bool = true) -> NIOPooledRecvBufferAllocator {
        NIOPooledRecvBufferAllocator(capacity: 1, recvAllocator: ReadSizes(largest: 65_536, isNew: isNew))
    }

    @Test func `nothing is kept of it but the first few bytes`() {
        var pool = pool()
        #expect(read(1_000_000, from: &pool).storageCapacity <= 16)
        for count in [10, 1_000_000, 1_000_000, 0, 300, 5_000, 1] {
            var bytes = read(count, from: &pool)
            #expect(bytes.storageCapacity >= 1_024)
            // Whoever has them is the only one.
            #expect(bytes.modifyIfUniquelyOwned { _ in } != nil, "after \(count) bytes")
        }
    }

    @Test func `nothing at first is no reason for more`() {
        var pool = pool()
        #expect(read(0, from: &pool).storageCapacity <= 16)
        #expect(read(0, from: &pool).storageCapacity <= 16)
        #expect(read(16, from: &pool).storageCapacity <= 16)
        #expect(read(16, from: &pool).storageCapacity == 1_024)
    }

    @Test func `more at once where much comes, and less where two in a row were small`() {
        var pool = pool(isNew: false)
        let sizes = [1_000_000, 1_000_000, 1_000_000, 10, 5_000, 10, 10, 10, 10, 10].map {
            read($0, from: &pool).storageCapacity
        }
        #expect(sizes == [1_024, 2_048, 4_096, 8_192, 8_192, 8_192, 8_192, 4_096, 4_096, 2_048])
    }

    @Test func `no more than the largest`() {
        var pool = pool()
        for _ in 0..<20 { _ = read(1_000_000, from: &pool) }
        #expect(read(1_000_000, from: &pool).storageCapacity == 65_536)
    }
}
