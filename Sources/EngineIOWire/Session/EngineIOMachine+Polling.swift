package import NIOCore

/// GETs and POSTs.
extension EngineIOMachine {
    /// Takes a GET, whose answer comes as ``Action/answerPoll(_:)``, unless it is to be refused at once.
    ///
    /// A second one while another is held ends the session, and both are answered. The caller tells of a GET that was
    /// cut off by ``pollCut()``.
    package mutating func poll(now: ContinuousClock.Instant) -> EngineIORefusal? {
        guard phase != .ended else { return .fault(.sessionUnknown) }
        guard carrier == .polling else { return .fault(.badRequest) }
        guard pollDue == nil else {
            end(.violation(.secondPoll))
            return .fault(.badRequest)
        }
        pollDue = now + settings.pollTimeout
        return nil
    }

    /// The client cut off the GET that is held, which ends the session.
    package mutating func pollCut() {
        guard pollDue != nil else { return }
        pollDue = nil
        end(.transportClosed)
    }

    /// Takes the head of a POST, unless it is to be refused at once.
    ///
    /// What must follow is ``post(_:isBinary:now:)`` with the body, ``abandonPost()`` or ``postCut()``.
    package mutating func beginPost(now: ContinuousClock.Instant) -> EngineIORefusal? {
        guard phase != .ended else { return .fault(.sessionUnknown) }
        guard carrier == .polling else { return .fault(.badRequest) }
        guard !isPosting else {
            end(.violation(.secondPost))
            return .fault(.badRequest)
        }
        isPosting = true
        heard(at: now)
        return nil
    }

    /// The POST that has begun was refused by the caller, for its size or the like; the session lives on.
    package mutating func abandonPost() {
        if inbox.body == nil { isPosting = false }
    }

    /// The client cut off the POST before its body was whole, which ends the session: something of what it said is lost.
    package mutating func postCut() {
        guard isPosting, inbox.body == nil else { return }
        isPosting = false
        end(.transportClosed)
    }

    /// Takes the body of a POST, whose answer comes when the last of its messages was pulled, unless it is to be refused at once.
    ///
    /// A POST that began over polling may end after the upgrade. Without ``beginPost(now:)`` before, this is both.
    ///
    /// - Parameter isBinary: whether its type is `application/octet-stream`.
    package mutating func post(
        _ body: ByteBuffer,
        isBinary: Bool,
        now: ContinuousClock.Instant
    ) -> EngineIORefusal? {
        guard phase != .ended else { return .fault(.sessionUnknown) }
        guard inbox.body == nil else {
            end(.violation(.secondPost))
            return .fault(.badRequest)
        }
        guard isPosting || carrier == .polling else { return .fault(.badRequest) }
        isPosting = false
        guard body.readableBytes <= settings.maxPayload else { return .tooLarge }
        guard !isBinary else {
            end(.violation(.notText))
            return .notText
        }
        if let violation = violation(in: body) {
            end(.violation(violation))
            return .fault(.badRequest)
        }
        isPosting = true
        inbox.body = body
        heard(at: now)
        return nil
    }

    /// What can be said of a body before any of its packets is taken.
    private func violation(in body: ByteBuffer) -> EngineIOViolation? {
        guard EngineIOPayload.has(atMost: settings.packetsPerPayload, packets: body) else { return .tooManyPackets }
        return EngineIOPayload.isText(body) ? nil : .notText
    }

    /// Whether the GET that is held has to be answered without waiting any longer.
    ///
    /// Between probe and upgrade no GET is held: the client waits for its end before it goes over.
    var isReplyDue: Bool {
        pollDue != nil && (!queue.isEmpty || phase == .closing || candidate?.isProbed == true)
    }

    /// Our close goes alone: the JavaScript client ends as soon as it reads one, before it hands on what stood in front of it.
    mutating func reply() {
        let packets = queue.takeReply(of: max(1, settings.packetsPerReply))
        guard packets.isEmpty else {
            answerPoll(EngineIOPayload.join(packets))
            return endIfSilent()
        }
        phase == .closing && candidate == nil ? end(.server) : answerPoll(FixedPacket.noop)
    }

    mutating func answerPoll(_ body: ByteBuffer) {
        guard pollDue != nil else { return }
        pollDue = nil
        ready.append(.answerPoll(body))
    }
}
