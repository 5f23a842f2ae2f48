/// One server that helps media to find a way, as WebRTC names it (R47).
public struct ICEServer: Sendable, Hashable {
    /// Where it is: `stun:` and `turn:` addresses.
    public var urls: [String]
    /// `<unixExpiry>:<tenant>:<user>`.
    public var username: String?
    /// The proof that belongs to the name.
    public var credential: String?

    /// Makes a server.
    public init(urls: [String], username: String? = nil, credential: String? = nil) {
        self.urls = urls
        self.username = username
        self.credential = credential
    }
}
