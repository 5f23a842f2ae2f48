import CAASProtocol
import Foundation
import Gateway
import NIOCore
import NIOHTTP1

/// The page's files, read once at the start: a path can name one of them and nothing else.
struct Console: Sendable {
    private struct Asset {
        var type: String
        var bytes: ByteBuffer
        /// Changes with the content (RFC 9110 §8.8.3).
        var tag: String
    }

    private static let types = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "json": "application/json", "svg": "image/svg+xml", "png": "image/png", "woff2": "font/woff2",
    ]
    private static let policy =
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

    private let assets: [String: Asset]

    /// The files' names.
    var names: [String] { assets.keys.sorted() }

    /// Takes the files that the build put beside the program.
    ///
    /// Not by `Bundle.module`: that ends the process where they are missing, this throws.
    init() throws {
        let folder = Bundle.main.bundleURL.appending(path: "caas-socket-service_HTTPAPI.resources/console")
        var assets: [String: Asset] = [:]
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            guard let type = Self.types[file.pathExtension] else { continue }
            let bytes = try Data(contentsOf: file)
            assets[file.lastPathComponent] = Asset(
                type: type,
                bytes: ByteBuffer(bytes: bytes),
                tag: EntityTag.of(bytes)
            )
        }
        self.assets = assets
    }

    /// The file, or 304 where the browser has it as it is.
    func file(_ name: String, for request: PlainRequest) throws -> PlainResponse {
        guard let asset = assets[name] else { throw SpecError(.notFound, reason: "route") }
        var headers: HTTPHeaders = [
            "ETag": asset.tag, "Cache-Control": "no-cache", "Content-Security-Policy": Self.policy,
            "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        ]
        if EntityTag.isKnown(asset.tag, to: request.head) {
            return PlainResponse(status: .notModified, headers: headers)
        }
        headers.add(name: "Content-Type", value: asset.type)
        return PlainResponse(status: .ok, headers: headers, body: asset.bytes)
    }
}
