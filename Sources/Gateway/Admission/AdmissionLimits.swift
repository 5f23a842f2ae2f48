/// How many connections a node has, and how many of those may not have said who they are.
package struct AdmissionLimits: Sendable, Hashable {
    /// Descriptors that stay free for files, whatever comes.
    private static let spare = 16

    /// Connections of any kind.
    package var sockets: Int
    /// Sockets of one address that were opened without a token and have sent none yet.
    package var waitingPerAddress = 50

    /// - Parameter sockets: See ``sockets``; ``sockets(descriptors:used:)`` says how many there can be.
    package init(sockets: Int = .max) {
        self.sockets = sockets
    }

    /// Connections that nobody has authenticated: a fifth of all, so that four fifths are for those who can.
    var unauthenticated: Int { max(1, sockets / 5) }

    /// Connections of one address that nobody has authenticated, HTTP ones among them.
    ///
    /// More than an office opens at the same moment, and few enough that one address takes a small part of the share.
    var perAddress: Int { max(waitingPerAddress, min(1_000, unauthenticated / 16)) }

    /// Connections for which there are descriptors: nine tenths of what the process may open, and never the last ones.
    ///
    /// - Parameters:
    ///   - descriptors: What the process may open (`RLIMIT_NOFILE`).
    ///   - used: What it has open for itself.
    package static func sockets(descriptors: Int, used: Int) -> Int {
        max(1, min(descriptors / 10 * 9, descriptors - used - spare))
    }
}
