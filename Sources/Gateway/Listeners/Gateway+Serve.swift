package import NIOCore

extension Gateway {
    /// Serves one connection that came by no listener and has no socket; the service's deliveries do not reach it.
    ///
    /// Called on the channel's event loop.
    package func serve(_ channel: any Channel) throws {
        try Listeners.accept(channel, core: core, loop: LoopReaders(eventLoop: channel.eventLoop, number: 0))
    }
}
