import BlobDirectory
import CAASProtocol
import Chat
import Foundation
import Testing

@Suite("Storage of files' bytes, R53") struct BlobStorageTests {
    /// The implementations that the suite runs on.
    enum Subject: String, CaseIterable, CustomTestStringConvertible {
        case inMemory = "in memory"
        case directory

        var testDescription: String { rawValue }

        func run(_ body: (any BlobStorage, String) throws -> Void) throws {
            let directory = try TemporaryDirectory()
            let path = directory.path + "/files"
            switch self {
            case .inMemory: try body(InMemoryBlobs(), path)
            case .directory: try body(try BlobDirectory(path), path)
            }
            withExtendedLifetime(directory) {}
        }
    }

    @Test(arguments: Subject.allCases)
    func `what is appended is read, in any ranges`(_ subject: Subject) throws {
        try subject.run { blobs, _ in
            let id = FileID.random()
            let bytes: [UInt8] = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
            #expect(try blobs.begin(id) == 0)
            try blobs.append(Array(bytes[0..<60_000]), to: id, at: 0)
            try blobs.append(Array(bytes[60_000...]), to: id, at: 60_000)
            try blobs.sync(id)
            try blobs.finish(id)
            #expect(try blobs.begin(id) == 100_000)
            #expect(try blobs.read(id, 0..<100_000) == bytes)
            #expect(try blobs.read(id, 59_990..<60_010) == Array(bytes[59_990..<60_010]))
            #expect(try blobs.read(id, 99_999..<200_000) == [bytes[99_999]])
            #expect(try blobs.read(id, 100_000..<100_001) == [])
        }
    }

    @Test(arguments: Subject.allCases)
    func `what is written in the middle ends the file there`(_ subject: Subject) throws {
        try subject.run { blobs, _ in
            let id = FileID.random()
            _ = try blobs.begin(id)
            try blobs.append([1, 2, 3, 4, 5], to: id, at: 0)
            try blobs.append([9], to: id, at: 2)
            #expect(try blobs.read(id, 0..<9) == [1, 2, 9])
            #expect(throws: StorageError.self) { try blobs.append([1], to: id, at: 4) }
            #expect(try blobs.begin(id) == 3)
        }
    }

    @Test(arguments: Subject.allCases)
    func `what is removed is gone, and need not have been there`(_ subject: Subject) throws {
        try subject.run { blobs, _ in
            let id = FileID.random()
            _ = try blobs.begin(id)
            try blobs.append([1], to: id, at: 0)
            try blobs.remove(id)
            try blobs.remove(id)
            try blobs.settleRemovals()
            #expect(throws: StorageError.self) { try blobs.read(id, 0..<1) }
            #expect(try blobs.begin(id) == 0)
        }
    }

    @Test func `the directory is the owner's alone, has files of the service's names, and outlives its use`() throws {
        try Subject.directory.run { blobs, path in
            let id = FileID.random()
            _ = try blobs.begin(id)
            try blobs.append([1, 2], to: id, at: 0)
            let manager = FileManager.default
            #expect(try manager.contentsOfDirectory(atPath: path) == [id.rawValue])
            for (each, mode) in [(path, 0o700), ("\(path)/\(id)", 0o600)] {
                #expect(try manager.attributesOfItem(atPath: each)[.posixPermissions] as? Int == mode)
            }
            #expect(try BlobDirectory(path).begin(id) == 2)
            let foreign = try #require(FileID("..evil"))
            #expect(throws: StorageError.self) { try blobs.begin(foreign) }
        }
    }

    @Test func `a link in the directory is not followed`() throws {
        try Subject.directory.run { blobs, path in
            let id = FileID.random()
            let target = path + "-target"
            try Data([1]).write(to: URL(fileURLWithPath: target))
            try FileManager.default.createSymbolicLink(atPath: "\(path)/\(id)", withDestinationPath: target)
            #expect(throws: StorageError.self) { try blobs.begin(id) }
            #expect(throws: StorageError.self) { try blobs.read(id, 0..<1) }
        }
    }
}
