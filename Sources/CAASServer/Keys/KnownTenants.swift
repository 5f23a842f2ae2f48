package import CAASProtocol
import Foundation

/// The tenants of the service on a data directory, noted there for commands, which read no configuration.
///
/// A file with an id on each line, written anew at each start of the service.
package enum KnownTenants {
    /// Notes who the tenants are.
    ///
    /// Where they cannot be written there is no note at all, rather than an old one.
    package static func note(_ tenants: [TenantID], inData directory: String) {
        let path = path(inData: directory)
        // Written whole beside its place, so that nobody reads half of it.
        let draft = path + ".new"
        if !write(tenants.map { "\($0)\n" }.joined(), to: draft) || rename(draft, path) != 0 {
            unlink(draft)
            unlink(path)
        }
    }

    /// The tenants as the service had them at its latest start; nil where that is not known.
    package static func read(inData directory: String) -> [TenantID]? {
        guard let text = try? String(contentsOfFile: path(inData: directory), encoding: .utf8) else { return nil }
        return text.split(separator: "\n").compactMap { TenantID(String($0)) }
    }

    private static func path(inData directory: String) -> String { directory + "/tenants" }

    private static func write(_ text: String, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let bytes = Array(text.utf8)
        let isWritten = Foundation.write(descriptor, bytes, bytes.count) == bytes.count
        return close(descriptor) == 0 && isWritten
    }
}
