import CAASProtocol

/// What the service does, as a machine: requests and the time in, deliveries out, the store beside it.
///
/// A batch is decided inside one transaction, request by request in order; once that is committed its effects are
/// applied to who is here, and everything that leaves is returned in the order in which connections must see it.
/// Confined to the chat queue, which makes that order one for all connections (R3).
package final class ChatService {
    let storage: any Storage
    let report: @Sendable (_ traceID: String, any Error) -> Void
    private let metrics: ChatMetrics
    let settings: ChatSettings
    var audience = Audience()
    var typing = TypingTable()
    var presence: PresenceTable
    var recent = RecentRequests()
    var calls = CallTable()
    let uploads = FileUploads()
    private(set) var rates: ServiceRates

    /// Conversations without a publish for this long lose their reader arrays.
    private static let idleConversation = Duration.seconds(300)

    /// - Parameter report: Told what failed, under the id that the client is given.
    package init(
        storage: any Storage,
        settings: ChatSettings = ChatSettings(),
        metrics: ChatMetrics = ChatMetrics(),
        report: @escaping @Sendable (_ traceID: String, any Error) -> Void = { _, _ in }
    ) {
        self.storage = storage
        self.report = report
        self.metrics = metrics
        self.settings = settings
        presence = PresenceTable(settings.presence)
        rates = ServiceRates(settings: settings)
    }

    /// Decides, commits and applies a batch.
    ///
    /// - Parameter time: the server's clock, Unix milliseconds; it dates what is stored. `now` measures durations.
    package func process(_ batch: [ChatRequest], now: ContinuousClock.Instant, time: Int64) -> [Delivery] {
        loadCalls(now: now, time: time)
        let admitted = batch.map { Admitted(request: $0, refusal: rates.take(for: $0, now: now)) }
        let ready = admitted.map { decideWithoutStore($0, time: time) }
        let open = zip(admitted, ready).filter { $1 == nil }.map(\.0)
        var committed = commit(open[...], now: now, time: time, isRetry: false).makeIterator()
        var deliveries: [Delivery] = []
        deliveries.reserveCapacity(batch.count * 2)
        for (request, ready) in zip(admitted, ready) {
            guard let decision = ready ?? committed.next() else {
                preconditionFailure("every request that was not ready was committed or failed")
            }
            if decision.isRepeated { metrics.answeredAgain() }
            if decision.isRepeated, request.refusal == nil { rates.giveBack(request.request) }
            apply(decision, of: request.request, now: now, time: time, &deliveries)
        }
        return deliveries
    }

    /// What the passing of time brings: typing that ends, conversations that fall silent.
    package func tick(now: ContinuousClock.Instant, time: Int64) -> [Delivery] {
        var deliveries: [Delivery] = []
        for (conversation, user) in typing.tellLate(now: now)
        where audience.joinedCount(in: conversation) <= settings.typingAudience {
            tellTyping(conversation, user, time: time, &deliveries)
        }
        for (conversation, user) in typing.expire(now: now) { tellStopped(conversation, user, &deliveries) }
        audience.retire(idle: Self.idleConversation, now: now, &deliveries)
        rates.sweep(now: now)
        recent.sweep(now: now)
        tellPresence(now: now, time: time, &deliveries)
        return deliveries + tickCalls(now: now, time: time)
    }

    // MARK: Commit

    private struct Admitted {
        let request: ChatRequest
        /// A rate that is used up; a request whose id is known is answered all the same (R1).
        let refusal: SpecError?
    }

    /// What needs no transaction, and works while none can be made.
    private func decideWithoutStore(_ admitted: Admitted, time: Int64) -> Decision? {
        let request = admitted.request
        if request.command.needsUser, !request.actor.isUser {
            return .failure(admitted.refusal ?? SpecError(.missingField, field: "asUser"))
        }
        let done = Acknowledgement.success(timestamp: time, .done)
        switch request.command {
        case .read(let read):
            return admitted.refusal.map(Decision.failure) ?? Decision(answer: done, effects: [.read(read)])
        case .presence(.idle(let since)): return Decision(answer: done, effects: [.presence(.idle(since: since))])
        case .rate: return admitted.refusal.map(Decision.failure) ?? Decision(answer: done)
        case .malformed(let type, _, let error) where !type.isDoneOnce:
            guard admitted.refusal != nil, type.isTyping else { return .failure(admitted.refusal ?? error) }
            metrics.droppedTyping()
            return Decision(answer: done)
        case .connections(let user):
            if let refusal = admitted.refusal { return .failure(refusal) }
            return ConnectionRules.list(user, request.actor, audience, time: time)
        case .disconnectUser(let user, let connection):
            if let refusal = admitted.refusal { return .failure(refusal) }
            return ConnectionRules.disconnect(user, connection, request.actor, audience, time: time)
        default: return nil
        }
    }

    /// Decides the batch in one transaction; one that fails twice is halved, so that a bad request harms no other.
    private func commit(
        _ batch: ArraySlice<Admitted>,
        now: ContinuousClock.Instant,
        time: Int64,
        isRetry: Bool
    ) -> [Decision] {
        guard !batch.isEmpty else { return [] }
        do {
            let start = ContinuousClock.now
            rates.beginTransaction()
            beginTransaction()
            let decisions = try storage.write { store in
                var scratch = Scratch()
                return try batch.map { try decide($0, store, now: now, time: time, &scratch) }
            }
            commitTransaction()
            metrics.committed(batch.count, in: .now - start)
            return decisions
        } catch {
            rates.rollBackTransaction()
            rollBackTransaction()
            // A full disk stays full at once; everything else gets a second try unchanged.
            if error as? StorageError != .full, !isRetry { return commit(batch, now: now, time: time, isRetry: true) }
            guard batch.count > 1 else {
                switch batch.first?.request.command {
                // Whoever has gone is gone, with or without a store.
                case .disconnect, .goodbye: return [.disconnected(time: time)]
                case .malformed(_, _, let refusal): return [.failure(batch.first?.refusal ?? refusal)]
                default: return [.failure(.failure(error, report: report))]
                }
            }
            let middle = batch.startIndex + batch.count / 2
            return commit(batch[..<middle], now: now, time: time, isRetry: true)
                + commit(batch[middle...], now: now, time: time, isRetry: true)
        }
    }

    private func decide(
        _ admitted: Admitted,
        _ store: any StorageWriter,
        now: ContinuousClock.Instant,
        time: Int64,
        _ scratch: inout Scratch
    ) throws -> Decision {
        let request = admitted.request
        let (live, calling) = (scratch.live, scratch.calling)
        let context = DecisionContext(
            actor: request.actor,
            frame: request.frame,
            store: store,
            settings: settings,
            now: now,
            time: time,
            rings: { self.rings($0, calling) },
            isLive: { [audience] in live[$0] ?? audience.isLive($0) },
            countMessage: { self.rates.takeMessage($0, now: now) },
            giveBackMessage: { self.rates.giveBackMessage($0) }
        )
        do {
            let decision = try decide(admitted, context, now: now, &scratch)
            for effect in decision.effects {
                switch effect {
                case .activate(let conversation, _, _): scratch.live[conversation] = true
                case .dissolve(let conversation, _, _): scratch.live[conversation] = false
                default: continue
                }
            }
            return decision
        } catch let refusal as SpecError {
            return .failure(refusal)
        }
    }

    private func decide(
        _ admitted: Admitted,
        _ context: DecisionContext,
        now: ContinuousClock.Instant,
        _ scratch: inout Scratch
    ) throws -> Decision {
        let request = admitted.request
        let key = RecentRequests.Key(user: request.actor.user, frame: request.frame)
        if case .malformed(let type, let conversation, let error) = request.command {
            if let known = try type.answerGiven(in: conversation, [recent, scratch.recent], key, context, now: now) {
                return known
            }
            throw admitted.refusal ?? error
        }
        if let fingerprint = request.command.fingerprint {
            if let known = try recent.answer(key, fingerprint: fingerprint, now: now)
                ?? scratch.recent.answer(key, fingerprint: fingerprint, now: now)
            {
                return try repeated(known, of: request, context)
            }
            if let refusal = admitted.refusal { throw refusal }
            try SessionRules.noteCaller(context)
            var decision = try rule(request, context, fingerprint: fingerprint, &scratch)
            if decision.isUnfinished { return decision }
            scratch.recent.remember(key, fingerprint: fingerprint, decision.answer, now: now)
            decision.effects.append(.remember(fingerprint: fingerprint))
            return decision
        }
        if let refusal = admitted.refusal { return try overRate(request, refusal, context) }
        try SessionRules.noteCaller(context)
        return try rule(request, context, fingerprint: [], &scratch)
    }

    /// A request beyond its rate: a known message is answered again, typing is dropped without a word (R33).
    private func overRate(_ request: ChatRequest, _ refusal: SpecError, _ context: DecisionContext) throws -> Decision {
        switch request.command {
        case .send(let message, let hash):
            let conversation = try context.store.conversation(context.key(message.conversationID))
            guard let known = try conversation.flatMap({ try MessageRules.known(hash: hash, in: $0, context) }) else {
                throw refusal
            }
            return known
        case .typing:
            metrics.droppedTyping()
            return Decision(answer: context.success(.done))
        default: throw refusal
        }
    }

    /// The one switch over everything that can be asked for.
    private func rule(
        _ request: ChatRequest,
        _ context: DecisionContext,
        fingerprint: [UInt8],
        _ scratch: inout Scratch
    ) throws -> Decision {
        switch request.command {
        case .connect:
            let user = request.actor.user
            let connections = audience.connections(of: user).count + scratch.connections[user, default: 0]
            var decision = try SessionRules.connect(connections: connections, context)
            decision.effects += try callEffects(request, context, scratch)
            scratch.count(request.actor, 1)
            return decision
        case .disconnect, .goodbye:
            if audience.isConnected(request.actor.connection) { scratch.count(request.actor, -1) }
            scratch.gone.insert(request.actor.connection)
            var decision = Decision.disconnected(time: context.time)
            decision.effects += try callEffects(request, context, scratch)
            return decision
        case .send(let message, let hash): return try MessageRules.send(message, hash: hash, context)
        case .edit(let edit): return try MessageRules.edit(edit, context)
        case .delete(let deletion): return try MessageRules.delete(deletion, context)
        case .create(let creation):
            return try ConversationRules.create(creation, fingerprint: fingerprint, context)
        case .join(let conversation):
            let connection = request.actor.connection
            let key = context.key(conversation)
            var joined = scratch.joined[connection] ?? audience.joinedConversations(of: connection)
            let isNew = joined.insert(key).inserted
            let before = isNew ? joined.count - 1 : 0
            let decision = try ConversationRules.join(conversation, joinedCount: before, context)
            scratch.joined[connection] = joined
            return decision
        case .leave(let leave):
            let connection = request.actor.connection
            let decision = try ConversationRules.leave(leave, context)
            var joined = scratch.joined[connection] ?? audience.joinedConversations(of: connection)
            joined.remove(context.key(leave.conversationID))
            scratch.joined[connection] = joined
            return decision
        case .invite(let invitation): return try MemberRules.invite(invitation, context)
        case .remove(let removal): return try MemberRules.remove(removal, context)
        case .role(let change): return try MemberRules.changeRole(change, context)
        case .update(let update): return try SettingsRules.update(update, context)
        case .removeConversation(let conversation): return try RemovalRules.remove(conversation, &calls, context)
        case .putUser(let update): return try UserRules.put(update, context)
        case .removeUser(let user): return try removeUser(user, context)
        case .typing(let conversation, let typing):
            return try SessionRules.typing(conversation, typing: typing, context)
        case .event(let event): return try EventRules.send(event, context)
        case .eventToUser(let user, let event): return EventRules.send(event, to: user, context)
        case .block(let block): return try BlockRules.change(block, &calls, context)
        case .call(let command): return try CallRules.decide(command, &calls, context)
        case .presence(let command): return try PresenceRules.decide(command, context)
        case .media(let change, let isOn):
            return try decideMedia(change, isOn: isOn, context, joined: scratch.joined, &scratch.receivers)
        case .relay(let media, let conversation):
            try CallRules.checkMedia(in: conversation, calls, context)
            return try MediaRules.relay(media, to: conversation, context)
        case .beginFile, .removeFile, .fileStep, .fileChunk, .resumeFile:
            return try fileRule(request, context)
        case .read, .rate, .malformed, .connections, .disconnectUser: preconditionFailure("decided without the store")
        }
    }
}
