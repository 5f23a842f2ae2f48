import Dispatch
import Foundation

/// SIGINT and SIGTERM as events, for as long as this lives, so that a command ends in its own way.
final class EndSignals {
    let events: AsyncStream<Void>
    private let sources: [any DispatchSourceSignal]

    init() {
        let (events, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        self.events = events
    }

    deinit {
        for source in sources { source.cancel() }
    }
}
