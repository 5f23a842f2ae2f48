import CAASProtocol
import NIOCore
import NIOPosix
import WebSocketWire

/// A server on a port of its own that does what a test's script says.
final class FakeService: Sendable {
    /// What happened at the server's end.
    enum Event: Sendable {
        /// The connection is a WebSocket now; the request's head.
        case opened(String)
        case frame(ReceivedFrame)
        case pong
        case closed(UInt16?)
    }

    /// What the server does about it.
    enum Reply: Sendable {
        case text(String)
        case binary
        case ping
        case close(UInt16)
        /// Ends the connection without a word.
        case drop
        /// Bytes as they are.
        case raw(String)
    }

    typealias Script = @Sendable (Event) -> [Reply]

    let url: String

    /// - Parameter handshake: What a request is answered with; nil answers as it should be.
    init(handshake: String? = nil, script: @escaping Script) async throws {
        // Never closed: its last use by a test may come before the client's connection does.
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FakeSocket(handshake: handshake, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    /// A service that begins a session with everyone.
    convenience init(answering script: @escaping @Sendable (ReceivedFrame) -> [Reply]) async throws {
        try await self.init { event in
            switch event {
            case .opened: [.ready]
            case .frame(let frame): script(frame)
            case .pong, .closed: []
            }
        }
    }
}

extension FakeService.Reply {
    static let ready = event("session:ready", #"{"sessionId":"s"}"#)

    static func event(_ type: String, _ data: String) -> FakeService.Reply {
        .text(#"{"id":"e","type":"\#(type)","version":1,"timestamp":1,"data":\#(data)}"#)
    }

    static func ack(_ frame: ReceivedFrame, _ data: String = #"{"success":true,"timestamp":1}"#) -> FakeService.Reply {
        .text(#"{"id":"a","type":"ack","version":1,"timestamp":1,"replyTo":"\#(frame.id)","data":\#(data)}"#)
    }
}

/// The server's end of one connection.
private final class FakeSocket: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let handshake: String?
    private let script: FakeService.Script
    private var request = ""
    private var machine: WebSocketMachine?

    init(handshake: String?, script: @escaping FakeService.Script) {
        self.handshake = handshake
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        guard machine != nil else { return shakeHands(bytes, context) }
        machine?.receive(bytes, now: .now)
        while let action = machine?.nextAction() {
            switch action {
            case .message(.text, let text):
                guard let frame = try? ReceivedFrame.scan(Array(text.readableBytesView).span.bytes) else { continue }
                perform(script(.frame(frame)), context)
            case .send(let frame): context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
            case .pong: perform(script(.pong), context)
            case .closed(let code, _):
                perform(script(.closed(code?.rawValue)), context)
                context.close(promise: nil)
            default: context.close(promise: nil)
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func shakeHands(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        request += String(buffer: bytes)
        guard request.hasSuffix("\r\n\r\n") else { return }
        if let handshake {
            return context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: handshake)), promise: nil)
        }
        let fields = request.split(separator: "\r\n").dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstRange(of: ": ") else { return nil }
            return (String(line[..<colon.lowerBound]), String(line[colon.upperBound...]))
        }
        let offer = ServerHandshake.evaluate(HandshakeRequest(method: "GET", httpMinor: 1, fields: fields))
        guard case .success(let offer) = offer else { return context.close(promise: nil) }
        var answer = "HTTP/1.1 101 Switching Protocols\r\n"
        for field in ServerHandshake.responseFields(accepting: offer, subprotocol: "caas.v1") {
            answer += "\(field.name): \(field.value)\r\n"
        }
        context.write(wrapOutboundOut(ByteBuffer(string: answer + "\r\n")), promise: nil)
        machine = WebSocketMachine(role: .server, now: .now)
        perform(script(.opened(request)), context)
    }

    private func perform(_ replies: [FakeService.Reply], _ context: ChannelHandlerContext) {
        for reply in replies {
            let bytes: ByteBuffer?
            switch reply {
            case .text(let text): bytes = machine?.encode(.text, ByteBuffer(string: text))
            case .binary: bytes = machine?.encode(.binary, ByteBuffer(bytes: [1, 2, 3]))
            case .ping: bytes = ByteBuffer(bytes: [0x89, 0x00])
            case .close(let code): bytes = machine?.close(CloseCode(rawValue: code), reason: "why", now: .now)
            case .raw(let text): bytes = ByteBuffer(string: text)
            case .drop: return context.close(promise: nil)
            }
            if let bytes { context.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }
        }
    }
}
