import Gateway
import Hummingbird
import Logging

/// What a route knows beside the router's own request.
struct APIContext: RequestContext {
    struct Source: RequestContextSource {
        let logger: Logger
        let request: PlainRequest
    }

    var coreContext: CoreRequestContextStorage
    /// The request as it came.
    let request: PlainRequest

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        request = source.request
    }
}
