import CAASProtocol
import Synchronization

@testable import Chat

/// Keeps files in memory, and loses what was not made durable as the worst file system may: their sizes are those of the
/// latest writes, and other bytes stand where these were not durable.
final class LosingBlobs: BlobStorage {
    private struct Blob {
        var bytes: [UInt8] = []
        /// How many of them no loss of power changes.
        var safe = 0
        /// As many bytes as there ever were.
        var most = 0
    }

    private let blobs = Mutex<[FileID: Blob]>([:])
    /// What was removed, and comes back with a loss of power.
    private let removed = Mutex<[FileID: Blob]>([:])
    /// How many calls go well before one fails in the middle; nil for all.
    let goodCalls = Mutex<Int?>(nil)

    func lose() {
        let back = removed.withLock { removed in
            defer { removed = [:] }
            return removed
        }
        blobs.withLock { blobs in
            blobs.merge(back) { new, _ in new }
            for (id, blob) in blobs {
                let lost = Array(repeating: UInt8(0xEE), count: blob.most - blob.safe)
                let bytes = Array(blob.bytes.prefix(blob.safe)) + lost
                blobs[id] = Blob(bytes: bytes, safe: bytes.count, most: bytes.count)
            }
        }
    }

    func begin(_ id: FileID) -> Int64 { blobs.withLock { Int64($0[id, default: Blob()].bytes.count) } }

    func append(_ bytes: [UInt8], to id: FileID, at offset: Int64) throws {
        let isGood = takesCall()
        try blobs.withLock { blobs in
            var blob = blobs[id, default: Blob()]
            let place = Int(offset)
            guard place <= blob.bytes.count else { throw StorageError.failed("a hole in a file") }
            let written = isGood ? bytes[...] : bytes.prefix(bytes.count / 2)
            blob.bytes = Array(blob.bytes.prefix(place) + written)
            blob.safe = min(blob.safe, place)
            blob.most = max(blob.most, blob.bytes.count)
            blobs[id] = blob
            if !isGood { throw StorageError.failed("a disk") }
        }
    }

    func sync(_ id: FileID) throws {
        guard takesCall() else { throw StorageError.failed("a disk") }
        blobs.withLock { blobs in
            guard let count = blobs[id]?.bytes.count else { return }
            blobs[id]?.safe = count
            blobs[id]?.most = count
        }
    }

    func finish(_ id: FileID) throws { try sync(id) }

    func read(_ id: FileID, _ range: Range<Int64>) -> [UInt8] {
        blobs.withLock { blobs in
            let bytes = blobs[id]?.bytes ?? []
            return Array(bytes[min(bytes.count, Int(range.lowerBound))..<min(bytes.count, Int(range.upperBound))])
        }
    }

    func remove(_ id: FileID) {
        guard let blob = blobs.withLock({ $0.removeValue(forKey: id) }) else { return }
        removed.withLock { $0[id] = blob }
    }

    func settleRemovals() throws {
        guard takesCall() else { throw StorageError.failed("a disk") }
        removed.withLock { $0 = [:] }
    }

    private func takesCall() -> Bool {
        goodCalls.withLock { calls in
            guard let left = calls else { return true }
            calls = left == 0 ? nil : left - 1
            return left > 0
        }
    }
}
