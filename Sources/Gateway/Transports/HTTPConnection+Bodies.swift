import NIOCore
import NIOHTTP1

/// Bodies that are larger than what is held of one connection: they leave, and come, piece by piece.
extension HTTPConnection {
    /// Bytes of a body that leave at once; the next ones are read when the peer has taken these.
    static let sentPiece: Int64 = 64 * 1024

    /// Sends a body behind its head, and ends the answer.
    func send(_ source: BodySource, keepsAlive: Bool, _ context: ChannelHandlerContext) {
        isAnswering = true
        isSending = true
        send(source, from: 0, context) {
            self.isAnswering = false
            self.isSending = false
            self.finish(keepsAlive: keepsAlive && !self.isQuiescing, context)
        }
    }

    /// Ends the connection in the middle of a body that comes or leaves: it may take longer than anybody waits.
    func cutBody() {
        if incoming != nil || isSending { context?.close(promise: nil) }
    }

    private func send(
        _ source: BodySource,
        from offset: Int64,
        _ context: ChannelHandlerContext,
        done: @escaping () -> Void
    ) {
        let end = min(source.bytes, offset + Self.sentPiece)
        guard offset < end else { return done() }
        let bound = NIOLoopBound((self, context, done), eventLoop: context.eventLoop)
        let read = context.eventLoop.makeFutureWithTask { try await source.read(offset..<end) }
        read.assumeIsolated().whenComplete { result in
            let (connection, context, done) = bound.value
            guard context.channel.isActive else { return }
            // The length was promised: only the end of the connection says that it was not kept.
            guard case .success(let bytes) = result, bytes.count == end - offset else {
                return context.close(promise: nil)
            }
            let part = connection.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
            context.writeAndFlush(part).assumeIsolated().whenComplete { result in
                guard case .success = result else { return context.close(promise: nil) }
                connection.deadline.answerMoved()
                connection.send(source, from: end, context, done: done)
            }
        }
    }

    /// Takes the head of a request whose body the responder reads by itself.
    ///
    /// Nothing more is read until it asks for it, so that whoever may not send has sent little.
    func stream(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) -> IncomingBody {
        let wantsContinue =
            head.version == .http1_1 && head.headers["Expect"].contains { $0.lowercased() == "100-continue" }
        let body = IncomingBody(on: context.eventLoop)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        var isFirst = true
        body.demand = { isWanted in
            let (connection, context) = bound.value
            guard context.channel.isActive else { return }
            if isWanted, isFirst, wantsContinue {
                let part = HTTPServerResponsePart.head(HTTPResponseHead(version: head.version, status: .continue))
                context.writeAndFlush(connection.wrapOutboundOut(part), promise: nil)
            }
            isFirst = isFirst && !isWanted
            isWanted ? connection.deadline.releaseBody() : connection.deadline.holdBody()
        }
        deadline.holdBody()
        return body
    }
}
