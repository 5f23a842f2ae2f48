import Foundation
import FuzzTargets
import Testing

/// One file of the fuzzer's: a case it begins with, or one that something was wrong with.
struct FuzzCase: Sendable, CustomTestStringConvertible {
    /// The folder with all that belongs to fuzzing.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    let target: FuzzTarget
    let file: URL

    var testDescription: String { "\(target.name)/\(file.lastPathComponent)" }

    func bytes() throws -> [UInt8] { try Array(Data(contentsOf: file)) }

    /// The cases of one target under `Corpus` or `Fixed`, in the order of their names.
    static func cases(of target: FuzzTarget, in area: String) -> [FuzzCase] {
        let folder = folder.appending(path: area).appending(path: target.name)
        return names(in: folder).map { FuzzCase(target: target, file: folder.appending(path: $0)) }
    }

    /// The names of the folders with cases under `Corpus` or `Fixed`.
    static func folders(in area: String) -> [String] { names(in: folder.appending(path: area)) }

    /// The names in a folder, sorted; none where there is no such folder.
    private static func names(in folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []).sorted()
    }
}

extension FuzzTarget: CustomTestStringConvertible {
    package var testDescription: String { name }
}
