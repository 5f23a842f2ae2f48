import CAASProtocol

extension ChatService {
    /// Applies what a committed request leads to, and adds what leaves the service.
    func apply(
        _ decision: Decision,
        of request: ChatRequest,
        now: ContinuousClock.Instant,
        time: Int64,
        _ deliveries: inout [Delivery]
    ) {
        let actor = request.actor
        let acting = actor.echo || actor.connection.isCaller ? [] : [actor.connection]
        var isAnswered = request.isOwn
        for effect in decision.effects {
            switch effect {
            case .activate(let conversation, let members, let hasInbox):
                audience.activate(conversation, members: members, hasInbox: hasInbox, now: now, &deliveries)
            case .publish(let conversation, let event):
                audience.touch(conversation, now: now)
                guard audience.hasReaders(of: conversation, besides: acting.first) else { continue }
                deliveries.append(.event(conversation, event, to: .readers, except: acting))
            case .publishToJoined(let conversation, let event):
                audience.touch(conversation, now: now)
                let except = [actor.connection].filter { !$0.isCaller }
                guard audience.hasReaders(of: conversation, besides: except.first) else { continue }
                deliveries.append(.event(conversation, event, to: .joined, except: except))
            case .tell(let user, let conversation, let event):
                let key = UserKey(tenant: actor.user.tenant, user: user)
                let connections = audience.connections(of: key).filter { !acting.contains($0) }
                if !connections.isEmpty { deliveries.append(.direct(connections, conversation, event)) }
            case .becameMember(let conversation, let user):
                audience.becameMember(conversation, user, &deliveries)
                doubtPresence(of: UserKey(tenant: conversation.tenant, user: user))
            case .ceasedMember(let conversation, let user):
                audience.ceasedMember(conversation, user, &deliveries)
                doubtPresence(of: UserKey(tenant: conversation.tenant, user: user))
            case .join(let conversation):
                audience.join(conversation, actor.connection, &deliveries)
            case .leave(let conversation, let isMember):
                for (place, user) in typing.disconnect(actor.connection, from: conversation) {
                    tellStopped(place, user, &deliveries)
                }
                audience.leave(conversation, actor.connection, isMember: isMember, &deliveries)
            case .startTyping(let conversation):
                startTyping(conversation, actor, now: now, time: time, &deliveries)
            case .stopTyping(let conversation, let user):
                if typing.stop(conversation, user) { tellStopped(conversation, user, &deliveries) }
            case .relay(let conversation, let media):
                audience.touch(conversation, now: now)
                guard audience.hasReaders(of: conversation, besides: actor.connection) else { continue }
                let isLarge = audience.joinedCount(in: conversation) > MediaRules.receivers
                deliveries.append(.media(conversation, media, from: actor.connection, onlySubscribed: isLarge))
            case .changeWish(let conversation, let change, let isOn):
                audience.change(change, isOn: isOn, of: actor.connection, in: conversation, &deliveries)
            case .remember(let fingerprint):
                let key = RecentRequests.Key(user: actor.user, frame: request.frame)
                recent.remember(key, fingerprint: fingerprint, decision.answer, now: now)
            case .connect(let inbox, let presence, let welcome):
                connectPresence(actor, presence, now: now, time: time)
                audience.connect(actor, inbox: inbox, time: time, &deliveries)
                uploads.connect(actor.connection)
                deliveries.append(.opened(actor.connection, welcome))
                isAnswered = true
            case .disconnect:
                for (place, user) in typing.disconnect(actor.connection) { tellStopped(place, user, &deliveries) }
                let before = audience.devices(of: actor.user)
                let idleSince = audience.idleSince(actor.connection)
                audience.disconnect(actor.connection, &deliveries)
                uploads.disconnect(actor.connection)
                leavePresence(request, idleSince: idleSince, before: before, now: now, time: time)
                isAnswered = true
            case .dissolve(let conversation, let members, let event):
                dissolve(conversation, members, event, except: acting, &deliveries)
            case .close(let user, let connection, let ending):
                let connections = connection.map { [$0] } ?? audience.connections(of: user)
                if !connections.isEmpty { deliveries.append(.close(connections, ending)) }
            case .call(.answer):
                guard !isAnswered else { continue }
                deliveries.append(.answer(actor.connection, request.frame, decision.answer))
                isAnswered = true
            case .call(let effect): apply(effect, of: actor, now: now, time: time, &deliveries)
            case .notify(let conversation, let event):
                deliveries.append(.direct([actor.connection], conversation, event))
            case .tellSender(let file, let conversation, let event):
                guard let sender = uploads.sender(of: file), sender != actor.connection else { continue }
                deliveries.append(.direct([sender], conversation, event))
            case .endUpload(let file): uploads.end(file)
            case .unasked: isAnswered = true
            case .read(let read):
                deliveries.append(.read(actor, request.frame, read))
                isAnswered = true
            case .presence(let effect):
                if applyPresence(effect, of: request, now: now, time: time, &deliveries) { isAnswered = true }
            }
        }
        if decision.isUnfinished {
            var rest = request
            rest.isContinued = true
            if let command = decision.rest { rest.command = command }
            deliveries.append(.again(rest))
            isAnswered = true
        }
        if !isAnswered { deliveries.append(.answer(actor.connection, request.frame, decision.answer)) }
    }

    /// Tells whoever was in a conversation that it is gone, and forgets them.
    private func dissolve(
        _ conversation: ConversationKey,
        _ members: [UserID],
        _ event: ConversationRemoved,
        except acting: [ConnectionID],
        _ deliveries: inout [Delivery]
    ) {
        var told = audience.readers(of: conversation)
        for member in members {
            let member = UserKey(tenant: conversation.tenant, user: member)
            told.formUnion(audience.connections(of: member))
            doubtPresence(of: member)
        }
        told.subtract(acting)
        typing.forget(conversation)
        audience.dissolve(conversation, &deliveries)
        guard !told.isEmpty else { return }
        let connections = told.sorted { ($0.loop, $0.number) < ($1.loop, $1.number) }
        deliveries.append(.direct(connections, conversation, .conversationRemoved(event)))
    }

    private func startTyping(
        _ conversation: ConversationKey,
        _ actor: Actor,
        now: ContinuousClock.Instant,
        time: Int64,
        _ deliveries: inout [Delivery]
    ) {
        guard audience.isConnected(actor.connection),
            audience.joinedCount(in: conversation) <= settings.typingAudience,
            typing.start(conversation, actor.user.user, on: actor.connection, now: now)
        else { return }
        // Its readers stay until the end of it was told.
        audience.touch(conversation, now: now)
        tellTyping(conversation, actor.user.user, time: time, &deliveries)
    }

    func tellTyping(_ conversation: ConversationKey, _ user: UserID, time: Int64, _ deliveries: inout [Delivery]) {
        let key = UserKey(tenant: conversation.tenant, user: user)
        let expiresAt = time + TypingTable.lifetime.milliseconds
        tell(.typingUpdate(userID: user, typing: true, expiresAt: expiresAt), of: key, conversation, &deliveries)
    }

    func tellStopped(_ conversation: ConversationKey, _ user: UserID, _ deliveries: inout [Delivery]) {
        let key = UserKey(tenant: conversation.tenant, user: user)
        tell(.typingUpdate(userID: user, typing: false, expiresAt: nil), of: key, conversation, &deliveries)
    }

    /// Typing is told to joined connections, but to no device of the typist (R33).
    private func tell(
        _ event: ServerEvent,
        of user: UserKey,
        _ conversation: ConversationKey,
        _ deliveries: inout [Delivery]
    ) {
        guard audience.hasReaders(of: conversation, besides: nil) else { return }
        deliveries.append(.event(conversation, event, to: .joined, except: audience.connections(of: user)))
    }
}
