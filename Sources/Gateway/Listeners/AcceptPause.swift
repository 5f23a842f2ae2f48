import Foundation
import NIOCore

/// Stops accepting for a moment when the process has no descriptor left.
///
/// A connection that cannot be accepted stays ready, so the loop would try again at once and do nothing else. Confined to the
/// listening channel's event loop.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    /// How long nothing is accepted.
    private static let pause = TimeAmount.milliseconds(100)

    private(set) var isPaused = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, error.errnoCode == EMFILE || error.errnoCode == ENFILE else {
            return context.fireErrorCaught(error)
        }
        guard !isPaused else { return }
        isPaused = true
        setAutoRead(false, context.channel)
        let channel = context.channel
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            self.isPaused = false
            self.setAutoRead(true, channel)
        }
    }

    private func setAutoRead(_ isOn: Bool, _ channel: any Channel) {
        channel.setOption(.autoRead, value: isOn).whenFailure { _ in
            // The channel was closed meanwhile: there is nothing to accept any more.
        }
    }
}
