#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The directory that keeps everything.
package enum DataDirectory {
    /// Makes what is missing of a path, for the owner alone (0700).
    ///
    /// - Returns: the system's number of what went wrong, or 0.
    package static func make(_ path: String) -> Int32 {
        var end = path.startIndex
        while end < path.endIndex {
            end = path[end...].dropFirst().firstIndex(of: "/") ?? path.endIndex
            let part = String(path[..<end])
            guard access(part, F_OK) == 0 || mkdir(part, 0o700) == 0 || errno == EEXIST else { return errno }
        }
        return 0
    }
}
