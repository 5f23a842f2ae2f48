import Gateway
import Hummingbird
import Logging
import Synchronization

/// What a route knows beside the router's own request.
struct APIContext: RequestContext {
    struct Source: RequestContextSource {
        let logger: Logger
        let request: PlainRequest
    }

    var coreContext: CoreRequestContextStorage
    /// The request as it came.
    let request: PlainRequest
    /// Where the answer of a route goes.
    let answer = GivenAnswer()

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        request = source.request
    }
}

/// The answer of a route, which does not fit through the router where its body is read while it is sent.
final class GivenAnswer: Sendable {
    private let answer = Mutex<PlainResponse?>(nil)

    var given: PlainResponse? { answer.withLock { $0 } }

    func give(_ response: PlainResponse) { answer.withLock { $0 = response } }
}
