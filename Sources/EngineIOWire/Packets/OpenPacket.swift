import NIOCore

/// The first packet of a session: its name and its rules, for the client to follow.
///
/// Engine.IO v4, "Handshake".
enum OpenPacket {
    static func text(sid: EngineIOSessionID, carrier: EngineIOTransport, settings: EngineIOSettings) -> ByteBuffer {
        let upgrades = carrier == .polling && settings.allowsUpgrades ? #"["websocket"]"# : "[]"
        // An id has no character that JSON would escape.
        return ByteBuffer(
            string: #"0{"sid":"\#(sid.text)","upgrades":\#(upgrades),"#
                + #""pingInterval":\#(milliseconds(settings.pingInterval)),"#
                + #""pingTimeout":\#(milliseconds(settings.pingTimeout)),"maxPayload":\#(settings.maxPayload)}"#
        )
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
