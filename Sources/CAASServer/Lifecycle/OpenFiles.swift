import Foundation
import Gateway

/// File descriptors: each connection is one.
enum OpenFiles {
    /// How many connections there can be: what the process may open, less what it has open and what it needs.
    static func socketLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_000 }
        return AdmissionLimits.sockets(descriptors: Int(clamping: limit.rlim_cur), used: count() ?? 0)
    }

    /// Raises the process's limit to what the system allows it.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// How many the process has open; nil where the system does not tell.
    static func count() -> Int? {
        guard let directory = opendir("/proc/self/fd") ?? opendir("/dev/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Two entries are the folder and its parent, one is the descriptor that reads them.
        return max(0, count - 3)
    }
}
