import CAASProtocol
import Chat
import Logging
import NIOCore

/// What a chat connection's handshake brought with it (R55).
///
/// A class, because connections keep it for a moment only.
final class ChatHandshake: Sendable {
    /// The token of a `bearer.…` subprotocol or of the Authorization field.
    let token: String?
    /// The options in the query.
    let options: SessionOptions
    /// The browser's origin; nil where the client is no browser.
    let origin: String?

    init(token: String? = nil, options: SessionOptions = SessionOptions(), origin: String? = nil) {
        self.token = token
        self.options = options
        self.origin = origin
    }
}

extension ChatEndpoint {
    /// Checks a token; frames that come meanwhile wait (R10).
    ///
    /// - Parameter claimedTenant: The tenant that the frame with the token names, if any (R7).
    func authenticate(
        _ token: String,
        _ options: SessionOptions,
        claimedTenant: TenantID? = nil,
        frame: FrameReference?
    ) {
        guard isVersionKnown(options.version, frame: frame) else { return }
        state = .verifying
        updateReading()
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        service.authority.verify(token, now: service.clock(), on: loop.eventLoop)
            .assumeIsolated()
            .whenComplete { result in bound.value.verified(result, options, claimedTenant: claimedTenant, frame: frame)
            }
    }

    /// Ends the connection where another version than 1 is asked for (R5).
    func isVersionKnown(_ version: Int64?, frame: FrameReference?) -> Bool {
        guard let version, version != 1 else { return true }
        let details = [SpecError.Detail("supported", .integers([1]))]
        end(
            SpecError(.invalidPayload, field: "version", reason: "version", details: details),
            .version,
            answering: frame
        )
        return false
    }

    /// Takes what the check of a token says.
    func verified(
        _ result: Result<Result<VerifiedToken, SpecError>, any Error>,
        _ options: SessionOptions,
        claimedTenant: TenantID?,
        frame: FrameReference?
    ) {
        guard case .verifying = state else { return }
        let token: VerifiedToken
        switch result {
        case .success(.success(let verified)): token = verified
        case .success(.failure(let error)):
            return refuseToken(error, error.code == .tokenExpired ? .tokenExpired : .authInvalid, frame: frame)
        case .failure(let error):
            return refuseToken(.failure(error, report: service.report), .internalError, frame: frame)
        }
        guard service.origins.allows(origin, tenant: token.tenant) else {
            return refuseToken(SpecError(.forbidden, reason: "origin"), .forbidden, frame: frame)
        }
        guard claimedTenant == nil || claimedTenant == token.tenant else {
            return refuseToken(
                SpecError(.forbidden, field: "tenantId", reason: "tenant_mismatch"),
                .forbidden,
                frame: frame
            )
        }
        pass.authenticate()
        let session = Session(token, options: options, connection: id, form: transport.form)
        transport.authenticated()
        enter(session, authFrame: frame)
    }

    /// Tells the service that the user is here.
    func enter(_ session: Session, authFrame frame: FrameReference?) {
        state = .opening(session, authFrame: frame)
        openingDeadline = .now + ChatQueue.answerBudget
        let request = ChatRequest(actor: session.actor, frame: .connection, command: .connect)
        guard service.chat.submit(request) else {
            let error = SpecError(.unavailable, reason: "overloaded", retryAfter: 1_000)
            return end(error, CloseReason(refusing: error), answering: frame)
        }
    }

    /// Counts and logs that somebody did not get in.
    func noteRefusal(_ reason: String) {
        loop.metrics.authenticationFailed(reason)
        loop.log.note(.tokenRefused, self, ["reason": "\(reason)"])
    }

    private func refuseToken(_ error: SpecError, _ reason: CloseReason, frame: FrameReference?) {
        noteRefusal(error.reason ?? (error.code == .tokenExpired ? "expired" : "failure"))
        // A failure of ours is nobody's offence.
        guard error.code != .internalError else { return end(error, reason, answering: frame) }
        endUnauthenticated(error, reason, answering: frame)
    }

    /// Ends the attempt to connect where the transport has a word for that (R13); it may be tried again then.
    ///
    /// - Returns: false where an `error` and a close code have to say it.
    func refuseConnect(_ error: SpecError, _ reason: CloseReason) -> Bool {
        let isTold = transport.isOpen
        switch transport.refuse(error, reason) {
        case .unknown: return false
        case .told:
            count(error, isTold: isTold)
            refusedConnects += 1
            hasMadeRoom = false
            state = .waiting(refusals: 0, deadline: .now + service.settings.authenticationTimeout)
            if refusedConnects == 3 { transport.close(.authMissing) }
            updateReading()
        case .closed: count(error, isTold: isTold)
        }
        return true
    }

    /// The service knows the connection: from here on its events arrive, after `session:ready` (R10).
    func opened(_ welcome: Welcome) {
        guard case .opening(let session, let frame) = state else { return }
        state = .open(session)
        heardAt = loop.now
        loop.metrics.connected(.ready)
        count(as: session.actor.user.tenant)
        loop.log.note(.sessionOpened, self)
        let time = service.clock()
        transport.accepted(session.id)
        send(.sessionReady(session.ready(time: time, settings: service.settings, welcome)))
        if let frame {
            answer(frame, .success(timestamp: time, .session(expiresAt: session.expiresAt)))
        }
        updateReading()
    }
}
