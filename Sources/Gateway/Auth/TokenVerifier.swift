package import CAASProtocol
package import NIOCore

/// Says what a connection's token is worth: ``TokenAuthority``, and what stands for it where no token is any good.
package protocol TokenVerifier: Sendable {
    /// What the token says, or why it is refused.
    ///
    /// - Parameter now: Unix milliseconds.
    func verify(_ token: String, now: Int64) async -> Result<VerifiedToken, SpecError>

    /// The same as a future of a connection's loop; who needs no task for it says so here.
    func verify(
        _ token: String,
        now: Int64,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<Result<VerifiedToken, SpecError>>
}

extension TokenVerifier {
    package func verify(
        _ token: String,
        now: Int64,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<Result<VerifiedToken, SpecError>> {
        eventLoop.makeFutureWithTask { await verify(token, now: now) }
    }
}

extension TokenAuthority: TokenVerifier {
    package func verify(_ token: String, now: Int64) async -> Result<VerifiedToken, SpecError> {
        await verify(token, now: now, at: .now)
    }
}
