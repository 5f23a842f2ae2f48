import CAASProtocol
import Chat
import Foundation
import Testing

@testable import StorageSQLite

/// The implementations that the suite of storage tests runs on.
enum StorageUnderTest: String, CaseIterable, CustomTestStringConvertible {
    case inMemory = "in memory"
    case sqlite = "SQLite"

    static let available = allCases

    var testDescription: String { rawValue }

    /// Opens an empty store, and removes it in the end.
    func run(_ body: (any Storage) throws -> Void) throws {
        let directory = try TemporaryDirectory()
        let storage = try open(in: directory)
        try body(storage)
        try storage.close()
    }

    func open(in directory: TemporaryDirectory) throws -> any Storage {
        switch self {
        case .inMemory: InMemoryStorage()
        case .sqlite: try SQLiteStorage(directory: directory.path)
        }
    }
}

/// A directory that goes with the object.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        let name = "caas-storage-\(UInt64.random(in: 0...UInt64.max))"
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
