package import CAASProtocol
import Synchronization

/// Keeps files in memory: for tests.
package final class InMemoryBlobs: BlobStorage {
    private let blobs = Mutex<[FileID: [UInt8]]>([:])

    package init() {}

    /// The files that are there.
    package var ids: Set<FileID> { blobs.withLock { Set($0.keys) } }

    package func begin(_ id: FileID) -> Int64 {
        blobs.withLock { blobs in
            Int64(blobs[id, default: []].count)
        }
    }

    package func append(_ bytes: [UInt8], to id: FileID, at offset: Int64) throws {
        try blobs.withLock { blobs in
            guard let place = Int(exactly: offset), place <= blobs[id, default: []].count else {
                throw StorageError.failed("a hole in a file")
            }
            blobs[id, default: []].removeSubrange(place...)
            blobs[id, default: []].append(contentsOf: bytes)
        }
    }

    package func sync(_ id: FileID) {}

    package func finish(_ id: FileID) {}

    package func read(_ id: FileID, _ range: Range<Int64>) throws -> [UInt8] {
        try blobs.withLock { blobs in
            guard let bytes = blobs[id] else { throw StorageError.failed("no such file") }
            let all = Int64(bytes.count)
            return Array(bytes[Int(min(range.lowerBound, all))..<Int(min(range.upperBound, all))])
        }
    }

    package func remove(_ id: FileID) {
        blobs.withLock { $0[id] = nil }
    }

    package func settleRemovals() {}
}
