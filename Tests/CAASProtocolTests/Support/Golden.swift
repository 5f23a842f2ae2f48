import Foundation
import Testing

/// One golden file.
struct GoldenFile: Sendable, CustomTestStringConvertible {
    let url: URL

    /// The file's name without its ending.
    var name: String { url.deletingPathExtension().lastPathComponent }
    var testDescription: String { url.lastPathComponent }

    /// Everything in it.
    func bytes() throws -> [UInt8] {
        try Array(Data(contentsOf: url))
    }

    /// The file beside it with another ending.
    func beside(_ ending: String) -> GoldenFile {
        GoldenFile(url: url.deletingPathExtension().appendingPathExtension(ending))
    }
}

/// The files of one area with one ending, in the order of their names; none is a mistake.
func golden(_ area: String, _ ending: String) -> [GoldenFile] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden").appending(path: area)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
    let files = names.sorted().filter { $0.hasSuffix("." + ending) }.map { GoldenFile(url: folder.appending(path: $0)) }
    precondition(!files.isEmpty, "no golden files in \(folder)")
    return files
}
