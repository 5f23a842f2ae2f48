import CAASProtocol

/// Calls: their effects, their deadlines, and what an earlier process has left of them.
extension ChatService {
    /// How often the store is told that the calls go on: what a crash can make uncertain.
    private static let leaseInterval = Duration.seconds(5)
    private static let forgetInterval = Duration.seconds(600)

    /// What a connection that comes or goes does to the call that it is part of.
    func callEffects(
        _ request: ChatRequest,
        _ context: DecisionContext,
        _ scratch: Scratch
    ) throws -> [Decision.Effect] {
        guard calls.isLoaded else { return [] }
        switch request.command {
        case .connect: return try CallRules.connected(&calls, context)
        case .disconnect, .goodbye:
            let isClean = if case .goodbye = request.command { true } else { false }
            let bound = calls.calls(boundTo: request.actor.connection)
            guard !bound.isEmpty else { return [] }
            let next = successor(of: request.actor, isClean: isClean, scratch)
            return try CallRules.disconnected(from: bound, isClean: isClean, next: next, &calls, context)
        default: return []
        }
    }

    /// The connection by which the calls of one that goes go on: the latest other one of its device (R48).
    ///
    /// A goodbye is a late one where the device has opened another connection since; else it is meant.
    private func successor(of actor: Actor, isClean: Bool, _ scratch: Scratch) -> ConnectionID? {
        let calling = audience.calling(actor.user)
        let here = audience.sessions(of: actor.user).filter { calling.contains($0.connection) }
            .map { (connection: $0.connection, device: $0.name.deviceID) }
        let new = scratch.callers.filter { $0.user == actor.user }.compactMap { caller in
            caller.session.map { (connection: caller.connection, device: $0.deviceID) }
        }
        let all = (here + new).filter { !scratch.gone.contains($0.connection) || $0.connection == actor.connection }
        let later = isClean ? all.drop { $0.connection != actor.connection } : all[...]
        let device = actor.session?.deviceID
        return later.last { $0.device.isDevice(device) && $0.connection != actor.connection }?.connection
    }

    /// Ends a user, and first the call that it is in: its entry comes before the user leaves the conversation.
    func removeUser(_ user: UserID, _ context: DecisionContext) throws -> Decision {
        var effects: [Decision.Effect] = []
        if context.actor.scopes.contains(.admin) {
            effects = try CallRules.removed(UserKey(tenant: context.actor.user.tenant, user: user), &calls, context)
        }
        var decision = try UserRules.remove(user, context)
        decision.effects = effects + decision.effects
        return decision
    }

    /// Whether a user has connections that ring, `changes` of this batch counted in.
    func rings(_ user: UserKey, _ changes: [UserKey: Int]) -> Bool {
        audience.calling(user).count + changes[user, default: 0] > 0
    }

    /// Applies one effect.
    func apply(
        _ effect: CallEffect,
        of actor: Actor,
        now: ContinuousClock.Instant,
        time: Int64,
        _ deliveries: inout [Delivery]
    ) {
        let tenant = actor.user.tenant
        switch effect {
        case .answer: break
        case .tell(let user, let conversation, let event, let only, let except):
            let connections = only.map { [$0] } ?? audience.calling(UserKey(tenant: tenant, user: user))
            tell(connections.filter { $0 != except }, conversation, event, &deliveries)
        case .tellAll(let user, let conversation, let event):
            let connections = audience.connections(of: UserKey(tenant: tenant, user: user))
            tell(connections, conversation, event, &deliveries)
        case .publish(let conversation, let event):
            audience.touch(conversation, now: now)
            guard audience.hasReaders(of: conversation, besides: nil) else { return }
            deliveries.append(.event(conversation, event, to: .readers, except: []))
        case .lost(let key, let side): tellLost(key, side, &deliveries)
        case .ended(let record):
            for side in CallSide.allCases { tellEnd(record, side, &deliveries) }
        case .arrived:
            for record in calls.ends.take(actor.user) {
                guard let ending = record.ending else { continue }
                tell([actor.connection], record.conversationKey, .callEnded(ending), &deliveries)
            }
        case .forgotten(let user): calls.ends.forget(user)
        case .vouched(let told): calls.ends.stored(told)
        }
    }

    private func tell(
        _ connections: [ConnectionID],
        _ conversation: ConversationKey,
        _ event: ServerEvent,
        _ deliveries: inout [Delivery]
    ) {
        if !connections.isEmpty { deliveries.append(.direct(connections, conversation, event)) }
    }

    /// The other side learns that this one is away, unless it has come back in the same batch (R48).
    private func tellLost(_ key: CallKey, _ side: CallSide, _ deliveries: inout [Delivery]) {
        guard let call = calls[key], call[side].absence != nil, call.record.state == .answered,
            let other = call[side.other].connection, audience.isConnected(other)
        else { return }
        // One that comes in the same batch is told by its coming, behind its welcome.
        tell([other], call.record.conversationKey, call.update, &deliveries)
    }

    /// Every connection of a participant that may call, or the next one of a participant who has heard of the call and is
    /// not here.
    private func tellEnd(_ record: CallRecord, _ side: CallSide, _ deliveries: inout [Delivery]) {
        // Who has blocked the caller has not heard of it (R41).
        guard side == .caller || !record.isSilent else { return }
        let user = record.key(of: side)
        let connections = audience.calling(user)
        guard let ending = record.ending else { return }
        tell(connections, record.conversationKey, .callEnded(ending), &deliveries)
        if connections.isEmpty, !record.isTold(side) {
            calls.ends.wait(record, for: user)
        } else {
            calls.ends.tell(record, to: user.user)
        }
    }

    // MARK: Time

    /// What the passing of time brings to calls.
    func tickCalls(now: ContinuousClock.Instant, time: Int64) -> [Delivery] {
        loadCalls(now: now, time: time)
        var commands = calls.takeDue(now: now).map { (tenant: $0.tenant, command: CallCommand.due($0)) }
        let sinceVouched = calls.vouchedAt.map { now - $0 } ?? .seconds(3_600)
        let isBusy = calls.count > 0 || !calls.ends.told.isEmpty
        if sinceVouched >= (isBusy ? Self.leaseInterval : Self.forgetInterval), let tenant = Self.anyTenant {
            calls.vouchedAt = now
            calls.ends.forget(before: time - CallRecord.keptFor)
            loseMissing(now: now, time: time)
            commands.append((tenant, .vouch))
        }
        guard !commands.isEmpty, let user = Self.nobody, let frame = Self.nobodysFrame else { return [] }
        let requests = commands.map { tenant, command in
            let key = BackendKey(id: "calls", actsByItself: true)
            let user = UserKey(tenant: tenant, user: user)
            let actor = Actor(connection: .caller(0), user: user, key: key)
            return ChatRequest(actor: actor, frame: frame, command: .call(command))
        }
        return process(requests, now: now, time: time)
    }

    private static let anyTenant = TenantID("calls")
    private static let nobody = UserID("key:calls")
    private static let nobodysFrame = FrameID("calls")

    /// Connections whose end the store could not take down with its call.
    private func loseMissing(now: ContinuousClock.Instant, time: Int64) {
        for var call in calls.all {
            let gone = CallSide.allCases.filter { side in
                call[side].connection.map { !audience.isConnected($0) } ?? false
            }
            guard !gone.isEmpty else { continue }
            for side in gone { call.lose(side, at: time, now: now, settings.calls) }
            calls.put(call)
        }
    }

    /// Takes up the calls of an earlier process: their participants may come back, as if they had been lost right now.
    ///
    /// Nobody knows what happened after the last lease, so that is when those who do not come back were lost (R48).
    func loadCalls(now: ContinuousClock.Instant, time: Int64) {
        guard !calls.isLoaded else { return }
        do {
            let (live, untold) = try storage.read { (try $0.liveCalls(), try $0.untoldCalls()) }
            for record in live {
                calls.put(LiveCall(record, takenUpAt: now, time: time, settings.calls))
            }
            for record in untold {
                for side in CallSide.allCases where !record.isTold(side) {
                    calls.ends.wait(record, for: record.key(of: side))
                }
            }
            calls.isLoaded = true
        } catch {
            report("calls", error)
        }
    }
}

extension LiveCall {
    /// A call of an earlier process.
    ///
    /// - Parameter time: Unix milliseconds.
    fileprivate init(
        _ record: CallRecord,
        takenUpAt now: ContinuousClock.Instant,
        time: Int64,
        _ settings: CallSettings
    ) {
        self.init(record, ringsUntil: now + .milliseconds(record.ringsUntil - time))
        lastsUntil = record.answeredAt.map { now + settings.maxDuration - .milliseconds(time - $0) }
        lose(.caller, isOurs: true, at: record.seenAt, now: now, settings)
        if record.answeredAt != nil { lose(.callee, isOurs: true, at: record.seenAt, now: now, settings) }
    }
}

extension CallRecord {
    fileprivate func isTold(_ side: CallSide) -> Bool {
        switch side {
        case .caller: callerTold
        case .callee: calleeTold || !hasRung
        }
    }
}
