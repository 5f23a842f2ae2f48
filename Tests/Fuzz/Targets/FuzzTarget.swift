/// One way in for bytes from the wire, and what must hold for all of them.
package struct FuzzTarget: Sendable {
    /// Names the folder of its cases.
    package let name: String
    /// Bytes that an input may have: enough to reach every limit on size.
    package let longestInput: Int
    /// Ends well for any bytes; what does not hold is thrown.
    package let run: @Sendable ([UInt8]) throws(Broken) -> Void

    private init(_ name: String, longestInput: Int, run: @escaping @Sendable ([UInt8]) throws(Broken) -> Void) {
        self.name = name
        self.longestInput = longestInput
        self.run = run
    }

    /// All there are.
    package static let all = [
        FuzzTarget("frames", longestInput: 8_192, run: FramesTarget.run),
        FuzzTarget("handshake-server", longestInput: 4_096, run: ServerHandshakeTarget.run),
        FuzzTarget("handshake-client", longestInput: 20_480, run: ClientHandshakeTarget.run),
        FuzzTarget("deflate", longestInput: 8_192, run: DeflateTarget.run),
        FuzzTarget("json", longestInput: 8_192, run: JSONTarget.run),
        FuzzTarget("envelope", longestInput: 20_480, run: EnvelopeTarget.run),
        FuzzTarget("media", longestInput: 8_192, run: MediaTarget.run),
        FuzzTarget("engineio", longestInput: 4_096, run: EngineIOTarget.run),
        FuzzTarget("socketio", longestInput: 4_096, run: SocketIOTarget.run),
        FuzzTarget("query", longestInput: 8_192, run: QueryTarget.run),
        FuzzTarget("token", longestInput: 8_448, run: TokenTarget.run),
        FuzzTarget("forwarded", longestInput: 2_048, run: ForwardedTarget.run),
        FuzzTarget("gateway", longestInput: 20_480, run: GatewayTarget.run),
    ]
}

/// Something that must hold for any bytes does not hold for these.
package struct Broken: Error, CustomStringConvertible {
    /// What should have held, and what was there instead.
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Throws unless the condition holds.
func require(_ condition: Bool, _ description: @autoclosure () -> String) throws(Broken) {
    guard condition else { throw Broken(description()) }
}
