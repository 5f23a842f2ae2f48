import Crypto

extension BlobStorage {
    /// The SHA-256 of a file, of which all bytes are there.
    func sha256(of file: FileRecord) throws -> [UInt8] {
        // Bytes that are read at once.
        let piece: Int64 = 1024 * 1024
        var hash = SHA256()
        for start in stride(from: 0, to: file.size, by: Int(piece)) {
            hash.update(data: try read(file.id, start..<min(file.size, start + piece)))
        }
        return Array(hash.finalize())
    }
}
