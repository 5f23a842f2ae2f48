import CAASProtocol
import Chat
import NIOCore
import WebSocketWire

extension ChatEndpoint {
    func received(_ kind: MessageKind, _ payload: ByteBuffer) {
        switch kind {
        case .text: receive(payload)
        case .binary: receiveMedia(payload)
        }
    }

    func discarded(_ kind: MessageKind, size: Int, opening: ByteBuffer) {
        discarded(kind, size: size, opening: opening, packet: nil)
    }

    /// Too large to be read: the frame is named where its id stands in its opening (R6, R9).
    ///
    /// A peer that has not said who it is may send little, and no more after that.
    ///
    /// - Parameter packet: The acknowledgement id of the Socket.IO packet, if it has one.
    func discarded(_ kind: MessageKind, size: Int, opening: ByteBuffer, packet: UInt64?) {
        loop.metrics.receivedUnreadable()
        let limit = kind == .text ? transport.textBytes : transport.binaryBytes
        var error = SpecError(
            .invalidPayload,
            reason: "too_large",
            details: [.init("limit", .integer(Int64(limit))), .init("size", .integer(Int64(size)))]
        )
        if kind == .binary, let sequence = MediaPacket.sequence(opening: opening.readableBytesSpan) {
            error.details.append(.init("sequence", .integer(Int64(sequence))))
        }
        let named = kind == .text ? ClientFrame.identify(opening: opening.readableBytesSpan) : (nil, false)
        let frame = FrameReference(id: named.0, wish: packet.map(AnswerWish.packet) ?? AnswerWish(named.1))
        if case .waiting = state { return endUnauthenticated(error, .authMissing, answering: frame) }
        refuse(frame, error, isProtocolError: false)
    }

    /// - Parameter packet: The Socket.IO event that the frame is the argument of, if it is one.
    func receive(_ payload: ByteBuffer, in packet: EventPacket? = nil) {
        let frame: ClientFrame
        do throws(FrameRefusal) {
            frame = try ClientFrame.scan(
                payload.readableBytesSpan,
                tenant: session?.actor.user.tenant,
                event: packet?.name
            )
        } catch {
            loop.metrics.receivedUnreadable()
            let frame = reference(error.replyTo, error.wantsAck, packet)
            if case .waiting = state { return refuseUnauthenticated(frame, error.error) }
            return refuse(frame, error.error, isProtocolError: error.isProtocolError)
        }
        loop.metrics.frames.count(frame.type)
        let reference = reference(frame.id, frame.wantsAck, packet)
        switch state {
        case .waiting:
            guard frame.type != .sessionAuth else { return receiveToken(frame, payload, reference) }
            refuseUnauthenticated(reference)
        case .open(let session): dispatch(frame, payload, session, reference)
        case .verifying, .opening, .ended: break
        }
    }

    func reference(_ id: FrameID?, _ wantsAck: Bool, _ packet: EventPacket?) -> FrameReference {
        FrameReference(id: id, wish: packet?.acknowledgement.map(AnswerWish.packet) ?? AnswerWish(wantsAck))
    }

    private func receiveToken(_ frame: ClientFrame, _ payload: ByteBuffer, _ reference: FrameReference) {
        do throws(SpecError) {
            guard case .sessionAuth(let auth) = try frame.event(in: payload.readableBytesSpan) else { return }
            authenticate(
                auth.token,
                SessionOptions(auth),
                claimedTenant: frame.tenantID,
                frame: reference
            )
        } catch {
            refuseUnauthenticated(reference, error)
        }
    }

    /// In the order of R1 but for the connection's own rate: scope, that rate, then in the service what it knows of the id,
    /// the user's rates, the data, and the rules of the event.
    private func dispatch(
        _ frame: ClientFrame,
        _ payload: ByteBuffer,
        _ session: Session,
        _ reference: FrameReference
    ) {
        // A ping is a sign of the client's life, not of its user's.
        if frame.type != .ping { heard(session) }
        guard session.actor.scopes.allow(frame.type) else { return refuseScope(reference) }
        if let overRate = takeEvent() { return answer(reference, .failure(overRate)) }
        let command: ChatRequest.Command
        do throws(SpecError) {
            let event = try frame.event(in: payload.readableBytesSpan)
            guard let needed = self.command(for: event, frame.type, reference) else { return }
            command = needed
        } catch {
            command = .malformed(frame.type, frame.conversationID, error)
        }
        submit(command, frame.id, reference, session)
    }

    /// The refusal comes before the rate (R1); beyond the rate the frame is one of those that end the connection.
    func refuseScope(_ frame: FrameReference) {
        let isOverRate = takeEvent() != nil
        answer(frame, .failure(SpecError(.forbidden, reason: "scope")))
        if isOverRate { countRateRefusal() }
    }

    /// What the service is asked for by an event; nil for what is answered here.
    private func command(
        for event: ClientEvent,
        _ type: ClientEventType,
        _ frame: FrameReference
    ) -> ChatRequest.Command? {
        switch event {
        case .messageSend(let message): return .send(message, hash: message.contentHash)
        case .messageEdit(let edit): return .edit(edit)
        case .messageDelete(let deletion): return .delete(deletion)
        case .messageHistory(let request): return .read(.history(request))
        case .typingStart(let conversation): return .typing(conversation, true)
        case .typingStop(let conversation): return .typing(conversation, false)
        case .conversationCreate(let creation): return .create(creation)
        case .conversationJoin(let conversation): return .join(conversation)
        case .conversationLeave(let leave): return .leave(leave)
        case .conversationList(let page): return .read(.list(page))
        case .conversationMembers(let request): return .read(.members(request))
        case .conversationInvite(let invitation): return .invite(invitation)
        case .conversationRemove(let removal): return .remove(removal)
        case .conversationRole(let change): return .role(change)
        case .conversationUpdate(let update): return .update(update)
        case .sessionAuth:
            answer(frame, .failure(SpecError(.alreadyExists, reason: "authenticated")))
            return nil
        case .ping:
            pong(frame)
            return nil
        case .presenceUpdate(let update): return .presence(.update(update))
        case .presenceSubscribe(let users): return .presence(.watch(users))
        case .presenceUnsubscribe(let users): return .presence(.unwatch(users))
        case .callInitiate(let call): return .call(.initiate(call))
        case .callAnswer(let call): return .call(.answer(call))
        case .callReject(let call): return .call(.reject(call))
        case .callEnd(let call): return .call(.end(call))
        case .callSignal(let signal): return .call(.signal(signal))
        case .callICE(let call): return .call(.ice(call))
        case .mediaSubscribe(let change): return .media(change, isOn: true)
        case .mediaUnsubscribe(let change): return .media(change, isOn: false)
        case .fileBegin(let begin): return .beginFile(begin)
        case .fileResume(let resume): return .resumeFile(resume)
        case .eventSend(let own): return .event(own)
        case .userBlock(let block): return .block(block)
        case .messageRead, .messageDelivered, .messageReact, .messagePin, .messageSearch: return notYet(type)
        // Media packets are bytes: as a text one has no header (R50).
        case .notYet(.binary): return refused(type, reason: "binary_header")
        case .sessionRefresh, .conversationSync, .notYet: return notYet(type)
        }
    }

    private func notYet(_ type: ClientEventType) -> ChatRequest.Command { refused(type, reason: "not_yet") }

    private func refused(_ type: ClientEventType, reason: String) -> ChatRequest.Command {
        .malformed(type, nil, SpecError(.invalidPayload, field: "type", reason: reason))
    }

    func submit(_ command: ChatRequest.Command, _ key: FrameID, _ frame: FrameReference, _ session: Session) {
        guard service.chat.submit(ChatRequest(actor: session.actor, frame: key, command: command)) else {
            return answer(frame, .failure(SpecError(.unavailable, reason: "overloaded", retryAfter: 1_000)))
        }
        let isRead = if case .read = command { true } else { false }
        let file: FileID? = if case .fileChunk(let chunk) = command { chunk.file } else { nil }
        outstanding.add(key, frame, isRead: isRead, chunkOf: file, deadline: .now + ChatQueue.answerBudget)
        updateReading()
    }

    /// A sign of life for clients that cannot see the WebSocket's own (R67).
    private func pong(_ frame: FrameReference) {
        let time = service.clock()
        guard frame.wish == .failuresOnly else {
            return answer(frame, .success(timestamp: time, .pong(serverTime: time)))
        }
        send(.pong(serverTime: time), replyTo: frame.id)
    }
}

/// A Socket.IO event by which a frame came.
struct EventPacket {
    /// The event's name, which stands for the frame's type (design §1).
    let name: String
    /// The id by which an acknowledgement is asked for.
    let acknowledgement: UInt64?
}
