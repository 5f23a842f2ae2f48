public import CAASProtocol
import Foundation
import NIOCore

/// One live session.
///
/// Sends may run at once; the service handles those of one conversation in the order in which they were made. When the
/// connection is lost, everything that waits fails and ``events`` ends with an error: connect again.
public final class CAASConnection: Sendable {
    /// The `session:ready` frame that the service began with.
    public let session: ReceivedFrame
    /// Every event of the service but acknowledgements, in its order; for one reader.
    ///
    /// Ends after ``close()``, and throws a ``CAASError`` when the connection was lost or more than
    /// ``ClientLimits/unreadEvents`` were not read.
    public let events: AsyncThrowingStream<ReceivedFrame, any Error>

    private let channel: any Channel
    private let socket: NIOLoopBound<ClientSocket>

    init(
        session: ReceivedFrame,
        events: AsyncThrowingStream<ReceivedFrame, any Error>,
        channel: any Channel,
        socket: NIOLoopBound<ClientSocket>
    ) {
        self.session = session
        self.events = events
        self.channel = channel
        self.socket = socket
    }

    deinit {
        channel.close(promise: nil)
    }

    /// Sends one frame and returns the data of its acknowledgement.
    ///
    /// Throws a ``CAASError`` with the service's refusal, or with the reason `timeout`: then resend with the same `id`, which
    /// does nothing twice.
    ///
    /// - Parameters:
    ///   - type: The event's name, such as `message:send`.
    ///   - data: An object; nil sends none.
    ///   - id: The frame's id, the key of a repeat; nil makes one.
    public func send(
        _ type: String,
        conversation: ConversationID? = nil,
        data: JSONFragment? = nil,
        id: FrameID? = nil
    ) async throws -> JSONFragment {
        let answer = channel.eventLoop.makePromise(of: JSONFragment.self)
        let socket = socket
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        channel.eventLoop.execute {
            socket.value.send(type, conversation: conversation, data: data, id: id, now: now, answer: answer)
        }
        return try await answer.futureResult.get()
    }

    /// Ends the session; what still waits for an answer fails.
    public func close() async {
        let socket = socket
        channel.eventLoop.execute { socket.value.close() }
        // A channel ends in any case, and how it does is no news to who ends it.
        try? await channel.closeFuture.get()
    }
}
