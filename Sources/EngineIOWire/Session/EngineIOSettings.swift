/// The rules of a session, some of which are told to the client, and what it may cost.
package struct EngineIOSettings: Sendable, Hashable {
    /// From the opening, or from a sign of life after a ping, to the next ping.
    package var pingInterval: Duration = .seconds(25)
    /// From a ping to the end of a session that gives no sign of life.
    package var pingTimeout: Duration = .seconds(20)
    /// Bytes of the body of one POST, and of one WebSocket message.
    package var maxPayload = 1024 * 1024
    /// From accepting a WebSocket for a session that polls to the end of its upgrade, or of the WebSocket.
    package var upgradeTimeout: Duration = .seconds(10)
    /// Longest time that a GET is held; then it is answered although there is nothing to say.
    package var pollTimeout: Duration = .seconds(26)
    /// How long a session that we closed waits for the GET which is told so.
    package var closeTimeout: Duration = .seconds(30)
    /// Packets in the answer to one GET: stock Python clients take no more.
    package var packetsPerReply = 16
    /// Packets in the body of one POST.
    package var packetsPerPayload = 1_000
    /// Whether a session that polls may go over to a WebSocket.
    package var allowsUpgrades = true

    package init() {}
}
