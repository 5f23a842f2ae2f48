import CAASProtocol
import Chat
import NIOCore

/// Media packets (design §5, R50–R52): checked, named after their sender, and handed to the other joined connections.
extension ChatEndpoint {
    /// - Parameter packet: The Socket.IO event that it came with, if it did.
    func receiveMedia(_ payload: ByteBuffer, in packet: EventPacket? = nil) {
        loop.metrics.frames.count(.binary)
        guard case .open(let session) = state else { return refuseUnauthenticated(reference(nil, false, packet)) }
        heard(session)
        let bytes = payload.readableBytesSpan
        let media: MediaPacket
        var relayed: [UInt8] = []
        let chunk: FileChunk?
        do throws(FrameRefusal) {
            media = try MediaPacket(parsing: bytes)
            guard media.id != nil || !media.wantsAck || packet?.acknowledgement != nil else { throw .nameless(media) }
            chunk = self.chunk(of: media)
            if chunk == nil { try MediaPacket.relay(bytes, from: session.actor.user.user, into: &relayed) }
        } catch {
            let frame = reference(error.replyTo, error.wantsAck, packet)
            return refuse(frame, error.error, isProtocolError: error.isProtocolError)
        }
        var frame = reference(media.id, media.wantsAck, packet)
        frame.sequence = media.sequence
        // With the scope of calls alone the service looks whether it is one's own call (R52).
        let scopes = session.actor.scopes
        guard scopes.allow(.binary) || (media.kind != .fileChunk && scopes.allow(.callSignal)) else {
            return refuseScope(frame)
        }
        if let chunk { return receive(chunk, id: media.id, frame, session) }
        if let overRate = takeMedia(media.kind, payload.readableBytes) { return answer(frame, .failure(overRate)) }
        let relay = MediaRelay(
            kind: media.kind,
            sequence: media.sequence,
            streamID: media.streamID,
            isKey: media.isKey == true,
            hasKeys: self.media.keyedStreams.note(media),
            bytes: relayed
        )
        submit(.relay(relay, media.conversationID), media.id ?? .random(), frame, session)
    }

    /// Tells the sender of a stream that readers do not keep up with it (R54).
    func tellCongestion(_ stream: MediaStream, _ dropped: Int) {
        guard case .open = state else { return }
        let event = ServerEvent.mediaCongestion(MediaCongestion(streamID: stream.name, dropped: Int64(dropped)))
        let forms = EncodedFrame.Forms(transport.form)
        transport.enqueue(loop.writer.encode(event, in: stream.conversation, time: service.clock(), forms))
        if transport.isOpen { loop.metrics.sent(event.type) }
    }

    /// Counts one packet of this connection (R61); the refusal where there are too many.
    private func takeMedia(_ kind: MediaPacket.Kind, _ bytes: Int) -> SpecError? {
        guard service.settings.countsRates else { return nil }
        return media.rates.take(kind, bytes: bytes, now: .now)
    }
}

extension FrameRefusal {
    /// There is nothing that the ack it asks for could name (R1, R11).
    fileprivate static func nameless(_ media: MediaPacket) -> FrameRefusal {
        let sequence = SpecError.Detail("sequence", .integer(Int64(media.sequence)))
        return FrameRefusal(error: SpecError(.missingField, field: "header.id", details: [sequence]))
    }
}

extension Acknowledgement {
    /// A failure that names the media packet it is about.
    func naming(_ sequence: UInt32?) -> Acknowledgement {
        guard let sequence, case .failure(var error) = self,
            !error.details.contains(where: { $0.name == "sequence" })
        else { return self }
        error.details.append(.init("sequence", .integer(Int64(sequence))))
        return .failure(error)
    }
}
