extension EngineIORequest {
    /// What a request asks for, or how it is refused.
    package enum Decision: Sendable, Hashable {
        /// A new session is to begin.
        case handshake(EngineIOTransport)
        /// For ``EngineIOMachine/poll(now:)``.
        case poll
        /// For ``EngineIOMachine/post(_:isBinary:now:)``, before which ``EngineIOMachine/beginPost(now:)`` may tell of its head.
        case post
        /// A WebSocket for a session: accept it, and ask ``EngineIOMachine/upgrade(takesBinary:now:)``.
        case upgrade
        case refuse(EngineIOFault)
        /// 405: a session has neither use for this method nor a code against it.
        case methodNotAllowed
    }

    /// Judges a request; checks come in the order in which the reference server makes them.
    ///
    /// - Parameters:
    ///   - isUpgrade: whether it asks for a WebSocket.
    ///   - isKnown: whether ``sid`` names a session that lives.
    ///   - isAllowed: the caller's own say about new sessions.
    package func decide(
        method: String,
        isUpgrade: Bool,
        isKnown: Bool,
        isAllowed: Bool = true
    ) -> Decision {
        guard let transport else { return .refuse(.transportUnknown) }
        guard namesSession else {
            guard method == "GET" else { return .refuse(.badHandshakeMethod) }
            guard isUpgrade == (transport == .websocket) else { return .refuse(.badRequest) }
            guard isAllowed else { return .refuse(.forbidden) }
            return isVersion4 ? .handshake(transport) : .refuse(.unsupportedVersion)
        }
        guard sid != nil, isKnown else { return .refuse(.sessionUnknown) }
        guard isUpgrade == (transport == .websocket) else { return .refuse(.badRequest) }
        switch (method, transport) {
        case ("GET", .polling): return .poll
        case ("POST", .polling): return .post
        case ("GET", .websocket): return .upgrade
        default: return .methodNotAllowed
        }
    }
}
