import CAASProtocol
import NIOCore
import NIOPosix
import WebSocketWire

/// Connects to a service.
///
/// ```swift
/// let connection = try await CAASClient.connect(to: "http://127.0.0.1:8080", token: token)
/// let room = ConversationID("general")
/// _ = try await connection.send("conversation:join", conversation: room)
/// _ = try await connection.send("message:send", conversation: room, data: try JSONFragment(parsing: #"{"content":"Hello"}"#))
/// for try await frame in connection.events { print(frame.type, frame.data?.text ?? "") }
/// ```
public enum CAASClient {
    /// Opens a connection and waits for `session:ready`.
    ///
    /// A refused token, a service that is not there and one that does not answer throw a ``CAASError``.
    ///
    /// - Parameters:
    ///   - url: Such as `http://127.0.0.1:8080` or `ws://chat.example/v1/socket`; TLS is not supported yet.
    ///   - token: A JSON Web Token of the tenant.
    public static func connect(
        to url: String,
        token: String,
        limits: ClientLimits = ClientLimits()
    ) async throws -> CAASConnection {
        let address = try ServerAddress(url)
        let handshake = try handshake(with: address, token: token, compresses: limits.compresses)
        let (events, continuation) = AsyncThrowingStream.makeStream(
            of: ReceivedFrame.self,
            throwing: (any Error).self,
            bufferingPolicy: .bufferingOldest(limits.unreadEvents)
        )
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let ready = loop.makePromise(of: ClientSocket.Opened.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop)
                .connectTimeout(TimeAmount(limits.connectTimeout))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let socket = ClientSocket(
                            handshake: handshake,
                            limits: limits,
                            ready: ready,
                            events: continuation,
                            on: channel
                        )
                        try channel.pipeline.syncOperations.addHandler(socket)
                    }
                }
                .connect(host: address.host, port: address.port).get()
        } catch {
            let failure = CAASError.unavailable("connect", "No connection to \(address.authority).")
            ready.fail(failure)
            throw failure
        }
        let opened = try await withTaskCancellationHandler {
            try await ready.futureResult.get()
        } onCancel: {
            channel.close(promise: nil)
        }
        return CAASConnection(session: opened.session, events: events, channel: channel, socket: opened.socket)
    }

    private static func handshake(
        with address: ServerAddress,
        token: String,
        compresses: Bool
    ) throws(CAASError) -> ClientHandshake {
        do throws(ClientHandshake.InvalidRequest) {
            return try ClientHandshake(
                host: address.authority,
                path: address.path,
                fields: [("Authorization", "Bearer " + token)],
                subprotocols: ["caas.v1"],
                offersDeflate: compresses
            )
        } catch {
            throw CAASError(SpecError(.invalidPayload, field: error.part == "fields" ? "token" : "url", reason: "url"))
        }
    }
}
