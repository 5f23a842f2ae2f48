import CAASProtocol

/// What one connection counts for until it is closed.
///
/// Confined to its event loop.
final class ConnectionPass {
    private let admission: Admission
    /// Bytes of the body that is being received or answered.
    private var bodyBytes = 0
    /// Who opened the connection: a client or a proxy.
    private let peer: IPAddress?
    /// Who has the socket that it became; nil while it is none, and where nobody is counted.
    private var client: AddressGroup?
    private let isProxy: Bool
    private var isAuthenticated = false
    private var hasLeft = false
    /// Whether it counts as a socket without a token.
    private var isWaiting = false
    /// Whether it is a failure if nobody authenticates; false once that was counted, and while this is no socket.
    private var isSuspect = false

    init(_ admission: Admission, peer: IPAddress?, isProxy: Bool) {
        self.admission = admission
        self.peer = peer
        self.isProxy = isProxy
    }

    private var isCounting: Bool { admission.isCounting }

    /// Where the connection counts; nil for one of a proxy.
    private var group: AddressGroup? { isProxy ? nil : peer.map(AddressGroup.init) }

    /// Who sent a request over it; nil where that is no address.
    func client(forwardedFor fields: [String]) -> IPAddress? {
        peer.map { admission.proxies.client(behind: $0, forwardedFor: fields) }
    }

    /// Whether the connection should be given back as soon as it was answered.
    var isCrowded: Bool {
        isCounting && !isAuthenticated && admission.counted { $0.isCrowded(group) }
    }

    /// It becomes a socket; false where its address has too many that wait for their token.
    func becomeSocket(of client: IPAddress?, hasToken: Bool) -> Bool {
        guard isCounting, let group = client.map(AddressGroup.init) else { return true }
        if !hasToken {
            guard admission.counted({ $0.wait(group) }) else { return false }
            isWaiting = true
        }
        self.client = group
        isSuspect = true
        return true
    }

    /// It belongs to somebody from here on; does nothing where it is closed already.
    func authenticate() {
        guard isCounting, !isAuthenticated, !hasLeft else { return }
        isAuthenticated = true
        isSuspect = false
        stopWaiting()
        admission.counted { $0.authenticate(group) }
    }

    /// Counts that nobody has authenticated; the refusal of R62 where the address has failed too often.
    func fail() -> SpecError? {
        guard isSuspect, let client else { return nil }
        isSuspect = false
        return admission.failed(client)
    }

    /// Bytes of a body came; false where no more of them can be held.
    func takeBody(_ count: Int) -> Bool {
        guard admission.takeBody(count, for: group) else { return false }
        bodyBytes += count
        return true
    }

    /// The body is not held any more.
    func giveBackBody() {
        guard bodyBytes > 0 else { return }
        admission.giveBackBody(bodyBytes, for: group)
        bodyBytes = 0
    }

    /// The connection is closed.
    func leave() {
        hasLeft = true
        giveBackBody()
        guard isCounting else { return }
        _ = fail()
        stopWaiting()
        admission.counted { $0.leave(group, wasAuthenticated: isAuthenticated) }
    }

    private func stopWaiting() {
        guard isWaiting, let client else { return }
        isWaiting = false
        admission.counted { $0.stopWaiting(client) }
    }
}
