import CAASProtocol

/// Who of a user is here, and sending it away: known to the service alone, no question to the store.
enum ConnectionRules {
    static func list(_ user: UserID, _ actor: Actor, _ audience: Audience, time: Int64) -> Decision {
        do throws(SpecError) {
            try UserRules.check(user, actor)
        } catch {
            return .failure(error)
        }
        let sessions = audience.sessions(of: UserKey(tenant: actor.user.tenant, user: user)).map { session in
            ConnectionSummary(
                id: session.name.id,
                deviceID: session.name.deviceID,
                transport: session.name.transport,
                since: session.since
            )
        }
        return Decision(answer: .success(timestamp: time, .connections(sessions)))
    }

    /// Ends all connections of a user, or the one of that `sessionId`; nobody keeps them from coming back.
    static func disconnect(
        _ user: UserID,
        _ id: String?,
        _ actor: Actor,
        _ audience: Audience,
        time: Int64
    ) -> Decision {
        do throws(SpecError) {
            try UserRules.check(user, actor)
        } catch {
            return .failure(error)
        }
        let key = UserKey(tenant: actor.user.tenant, user: user)
        let connection = audience.sessions(of: key).first { $0.name.id == id }?.connection
        guard id == nil || connection != nil else {
            return .failure(SpecError(.notFound, field: "connectionId", reason: "connection"))
        }
        return Decision(
            answer: .success(timestamp: time, .changed(offset: nil, duplicate: false)),
            effects: [.close(key, connection: connection, .disconnected)]
        )
    }
}
