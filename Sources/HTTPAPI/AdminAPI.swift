package import Gateway
import Hummingbird
package import Logging

/// Answers on the admin port.
package struct AdminAPI: PlainResponder {
    private let router: RouterResponder<APIContext>
    private let logger: Logger

    package init(pages: AdminPages, logger: Logger) {
        self.logger = logger
        let router = Router(context: APIContext.self)
        var routes = RouteTable()
        pages.add(to: &routes)
        routes.install(in: router)
        self.router = router.buildResponder()
    }

    package func respond(to request: PlainRequest) async throws -> PlainResponse {
        try await router.answer(request, logger: logger)
    }
}
