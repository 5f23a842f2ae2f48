import NIOCore

/// One request of polling, between the connection that it came by and the session that answers it.
///
/// The two may be on different event loops; the promise is one of the connection's.
final class PollingExchange: Sendable {
    private let promise: EventLoopPromise<PollingAnswer>

    init(on connection: any EventLoop) {
        promise = connection.makePromise()
    }

    var answer: EventLoopFuture<PollingAnswer> { promise.futureResult }

    /// The first answer counts; a request whose client has gone away is answered all the same.
    func complete(_ answer: PollingAnswer) { promise.succeed(answer) }
}
