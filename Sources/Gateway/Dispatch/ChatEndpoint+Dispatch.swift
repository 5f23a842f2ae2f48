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

    /// Too large to be read: the frame is named where its id stands in its opening (R6, R9).
    ///
    /// A peer that has not said who it is may send little, and no more after that.
    func discarded(_ kind: MessageKind, size: Int, opening: ByteBuffer) {
        loop.metrics.receivedUnreadable()
        let limit = kind == .text ? transport.limits.textBytes : transport.limits.binaryBytes
        var error = SpecError(
            .invalidPayload,
            reason: "too_large",
            details: [.init("limit", .integer(Int64(limit))), .init("size", .integer(Int64(size)))]
        )
        if kind == .binary, let sequence = MediaPacket.sequence(opening: opening.readableBytesSpan) {
            error.details.append(.init("sequence", .integer(Int64(sequence))))
        }
        let named = kind == .text ? ClientFrame.identify(opening: opening.readableBytesSpan) : (nil, false)
        let refusal = FrameRefusal(error: error, replyTo: named.0, wantsAck: named.1, isProtocolError: false)
        if case .waiting = state {
            return endUnauthenticated(error, .authMissing, answering: named.0.map { (id: $0, wantsAck: named.1) })
        }
        refuse(refusal)
    }

    private func receive(_ payload: ByteBuffer) {
        let frame: ClientFrame
        do throws(FrameRefusal) {
            frame = try ClientFrame.scan(payload.readableBytesSpan, tenant: session?.actor.user.tenant)
        } catch {
            loop.metrics.receivedUnreadable()
            if case .waiting = state {
                return refuseUnauthenticated(error.replyTo, wantsAck: error.wantsAck, error.error)
            }
            return refuse(error)
        }
        loop.metrics.frames.count(frame.type)
        switch state {
        case .waiting:
            guard frame.type != .sessionAuth else { return receiveToken(frame, payload) }
            refuseUnauthenticated(frame.id, wantsAck: frame.wantsAck)
        case .open(let session): dispatch(frame, payload, session)
        case .verifying, .opening, .ended: break
        }
    }

    private func receiveToken(_ frame: ClientFrame, _ payload: ByteBuffer) {
        do throws(SpecError) {
            guard case .sessionAuth(let auth) = try frame.event(in: payload.readableBytesSpan) else { return }
            authenticate(
                auth.token,
                SessionOptions(auth),
                claimedTenant: frame.tenantID,
                frame: (frame.id, frame.wantsAck)
            )
        } catch {
            refuseUnauthenticated(frame.id, wantsAck: frame.wantsAck, error)
        }
    }

    /// In the order of R1 but for the connection's own rate: scope, that rate, then in the service what it knows of the id,
    /// the user's rates, the data, and the rules of the event.
    private func dispatch(_ frame: ClientFrame, _ payload: ByteBuffer, _ session: Session) {
        guard session.actor.scopes.allow(frame.type) else {
            return refuseScope(frame.id, wantsAck: frame.wantsAck)
        }
        if let overRate = takeEvent() { return answer(frame.id, frame.wantsAck, .failure(overRate)) }
        let command: ChatRequest.Command
        do throws(SpecError) {
            let event = try frame.event(in: payload.readableBytesSpan)
            guard let needed = self.command(for: event, frame) else { return }
            command = needed
        } catch {
            command = .malformed(frame.type, error)
        }
        submit(command, frame, session)
    }

    /// The refusal comes before the rate (R1); beyond the rate the frame is one of those that end the connection.
    private func refuseScope(_ frame: FrameID?, wantsAck: Bool, details: [SpecError.Detail] = []) {
        let isOverRate = takeEvent() != nil
        answer(frame, wantsAck, .failure(SpecError(.forbidden, reason: "scope", details: details)))
        if isOverRate { countRateRefusal() }
    }

    /// What the service is asked for by an event; nil for what is answered here.
    private func command(for event: ClientEvent, _ frame: ClientFrame) -> ChatRequest.Command? {
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
            answer(frame.id, frame.wantsAck, .failure(SpecError(.alreadyExists, reason: "authenticated")))
            return nil
        case .ping:
            pong(frame)
            return nil
        case .sessionRefresh, .notYet, .presenceUpdate, .presenceSubscribe, .presenceUnsubscribe, .callInitiate,
            .callAnswer, .callReject, .callEnd, .callSignal, .callICE, .messageRead, .messageDelivered, .messageReact,
            .messagePin, .messageSearch, .conversationSync, .eventSend, .userBlock,
            .mediaSubscribe,
            .mediaUnsubscribe, .fileBegin, .fileResume:
            return .malformed(frame.type, SpecError(.invalidPayload, field: "type", reason: "not_yet"))
        }
    }

    private func submit(_ command: ChatRequest.Command, _ frame: ClientFrame, _ session: Session) {
        guard service.chat.submit(ChatRequest(actor: session.actor, frame: frame.id, command: command)) else {
            let error = SpecError(.unavailable, reason: "overloaded", retryAfter: 1_000)
            return answer(frame.id, frame.wantsAck, .failure(error))
        }
        let isRead = if case .read = command { true } else { false }
        outstanding.add(
            frame.id,
            wantsAck: frame.wantsAck,
            isRead: isRead,
            deadline: .now + ChatQueue.answerBudget
        )
        updateReading()
    }

    /// A sign of life for clients that cannot see the WebSocket's own (R67).
    private func pong(_ frame: ClientFrame) {
        let time = service.clock()
        if frame.wantsAck {
            answer(frame.id, true, .success(timestamp: time, .pong(serverTime: time)))
        } else {
            send(.pong(serverTime: time), replyTo: frame.id)
        }
    }

    /// Media packets are checked (R50); relaying them is not built yet.
    private func receiveMedia(_ payload: ByteBuffer) {
        loop.metrics.frames.count(.binary)
        guard let session else { return refuseUnauthenticated(nil, wantsAck: false) }
        let packet: MediaPacket
        do throws(FrameRefusal) {
            packet = try MediaPacket(parsing: payload.readableBytesSpan)
        } catch {
            return refuse(error)
        }
        let sequence = SpecError.Detail("sequence", .integer(Int64(packet.sequence)))
        guard session.actor.scopes.allow(.binary) else {
            return refuseScope(packet.id, wantsAck: packet.wantsAck, details: [sequence])
        }
        var error = takeEvent() ?? SpecError(.invalidPayload, reason: "not_yet")
        error.details.append(sequence)
        answer(packet.id, packet.wantsAck, .failure(error))
    }
}
