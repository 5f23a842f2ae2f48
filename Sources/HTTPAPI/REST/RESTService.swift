package import CAASProtocol
package import Chat
package import CoreMetrics
package import Gateway
import Hummingbird
import NIOHTTP1
import Synchronization

/// The REST interface of R70: the chat service's own rules behind HTTP, for backends' keys and users' tokens.
package struct RESTService: Sendable {
    /// Requests that this node works on at once.
    private static let inFlightLimit = 512
    /// Files that this node takes at once.
    private static let uploadLimit = 256
    /// Files that it takes of one user at once.
    private static let uploadsPerUser = 8

    /// What the chat service answers to a command.
    package typealias Perform = @Sendable (ChatRequest.Command, Actor, FrameID) async -> Acknowledgement

    /// Who shows a text that begins like a backend's key, at Unix milliseconds.
    package typealias VerifyKey = @Sendable (_ text: String, _ now: Int64) async throws(SpecError) -> APIKey

    private let perform: Perform
    let authority: TokenAuthority
    let clock: @Sendable () -> Int64
    /// Bytes of a body: as many as a frame of the socket may have.
    let bodyBytes: Int
    /// How long a caller waits for an answer (R11).
    private let budget: Duration
    private let authorization: Authorization
    private let log: RequestLog
    private let metrics: RESTMetrics
    private let inFlight = RequestsInFlight(limit: inFlightLimit)
    let uploads = UploadPlaces(node: uploadLimit, perUser: uploadsPerUser)
    let links: FileLinks
    private let files: @Sendable () -> (any FileTransfer)?

    /// - Parameters:
    ///   - bodyBytes: Bytes that a body may have.
    ///   - log: Told what is refused, and what backends change.
    ///   - verifyKey: Checks a backend's key.
    ///   - clock: The server's clock, Unix milliseconds.
    ///   - metrics: Where the values of metrics go; the default keeps none.
    ///   - budget: How long a caller waits for an answer, the check of its credential included.
    ///   - links: Makes and checks links that open files.
    ///   - files: Where the bytes of files are; nil while there is no service yet.
    ///   - perform: Asks the chat service; a task that is cancelled must not wait on.
    package init(
        authority: TokenAuthority,
        origins: OriginPolicy,
        bodyBytes: Int,
        log: RequestLog,
        verifyKey: @escaping VerifyKey,
        clock: @escaping @Sendable () -> Int64,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        budget: Duration = ChatQueue.answerBudget,
        links: FileLinks,
        files: @escaping @Sendable () -> (any FileTransfer)?,
        perform: @escaping Perform
    ) {
        self.perform = perform
        self.authority = authority
        self.clock = clock
        self.bodyBytes = bodyBytes
        self.budget = budget
        self.links = links
        self.files = files
        self.log = log
        self.metrics = RESTMetrics(metrics)
        authorization = Authorization(authority: authority, origins: origins, verifyKey: verifyKey, clock: clock)
    }

    /// All rows of the table.
    static let routes =
        RESTRoute.tokens + RESTRoute.conversations + RESTRoute.members + RESTRoute.messages + RESTRoute.users
        + RESTRoute.events + RESTRoute.files

    /// Where the bytes of files are.
    func transfer() throws(SpecError) -> any FileTransfer {
        guard let files = files() else { throw SpecError(.unavailable, reason: "overloaded", retryAfter: 1_000) }
        return files
    }

    func add(to table: inout RouteTable) {
        for route in Self.routes {
            table.add(route.method, route.path) { request, parameters in
                let start = ContinuousClock.now
                let response = await respond(to: request, route, parameters)
                metrics.answered(route, response.status, after: .now - start)
                return response
            }
        }
        for (path, routes) in Dictionary(grouping: Self.routes, by: \.path) {
            let methods = RouteTable.allowed(routes.map(\.method.rawValue) + ["OPTIONS"])
            table.add(.OPTIONS, path) { request, _ in CrossOrigin.preflight(request, methods: methods) }
        }
    }

    /// Asks the chat service, but waits no longer than until `deadline`.
    func perform(
        _ command: ChatRequest.Command,
        as actor: Actor,
        frame: FrameID,
        until deadline: ContinuousClock.Instant
    ) async -> Acknowledgement {
        await withTaskGroup { group in
            group.addTask { [perform] in await perform(command, actor, frame) }
            let late = Acknowledgement.failure(SpecError(.unavailable, reason: "timeout", retryAfter: 1_000))
            group.addTask {
                try? await Task.sleep(until: deadline, clock: .continuous)
                return late
            }
            defer { group.cancelAll() }
            return await group.next() ?? late
        }
    }

    private func respond(to request: PlainRequest, _ route: RESTRoute, _ parameters: Parameters) async -> PlainResponse
    {
        do throws(SpecError) {
            // What takes long has places of its own, where it is known whose it is.
            let response =
                route.operation.isLong
                ? try await answer(request, route, parameters)
                : try await inFlight.run { () async throws(SpecError) in
                    try await answer(request, route, parameters)
                }
            return CrossOrigin.allow(response, for: request)
        } catch {
            log.refused(error)
            let response = PlainResponse(error.ofRequest)
            // A tenant that does not list the origin does not let it read why.
            return error.reason == "origin" ? response : CrossOrigin.allow(response, for: request)
        }
    }

    /// In the order of R1 as far as HTTP has it: who asks, what it opens, then the request.
    private func answer(
        _ request: PlainRequest,
        _ route: RESTRoute,
        _ parameters: Parameters
    ) async throws(SpecError) -> PlainResponse {
        // An id that is missing would let the path fit another route.
        let path = request.head.uri.prefix { $0 != "?" }
        guard !path.contains("//"), !path.hasSuffix("/") else { throw SpecError(.notFound, reason: "route") }
        let deadline = ContinuousClock.now + budget
        let query = try QueryString(uri: request.head.uri)
        if route.takesLinks, query["signature"] != nil { return try await linked(parameters, query, request) }
        let caller = try await authorization.caller(of: request)
        if caller.isKey { request.authenticated() }
        try route.access.check(caller)
        var ids: [String: String] = [:]
        for name in route.ids { ids[name] = parameters.get(name) }
        let call = RESTCall(
            route: route,
            caller: caller,
            actor: try caller.actor(asUser: query["asUser"]),
            frame: try frame(of: request),
            ids: ids,
            query: query,
            request: request,
            deadline: deadline,
            service: self
        )
        return try await audited(call)
    }

    /// A file for whoever has a signed link to it.
    private func linked(
        _ parameters: Parameters,
        _ query: QueryString,
        _ request: PlainRequest
    ) async throws(SpecError) -> PlainResponse {
        guard let file = parameters.get("fileId").flatMap({ FileID($0) }) else {
            throw SpecError(.invalidPayload, field: "fileId")
        }
        let tenant = try links.tenant(opening: file, by: query, now: clock())
        guard authorization.allowsOrigin(of: request, tenant: tenant) else {
            throw SpecError(.forbidden, reason: "origin")
        }
        let files = try transfer()
        let summary = try await files.summary(of: file, in: tenant)
        return FileAnswer.response(summary, file, for: request.head, from: files)
    }

    /// Carries out what was asked for, and notes what backends change besides sending messages, events and files.
    private func audited(_ call: RESTCall) async throws(SpecError) -> PlainResponse {
        guard case .key(let key) = call.caller.credential, call.route.method != .GET,
            call.route.operation.id != "sendMessage", !["events", "files"].contains(call.route.operation.tag)
        else { return try await call.route.respond(call) }
        do throws(SpecError) {
            let response = try await call.route.respond(call)
            log.acted(call.route.operation.id, key: key, call.actor, error: nil)
            return response
        } catch {
            log.acted(call.route.operation.id, key: key, call.actor, error: error)
            throw error
        }
    }

    private func frame(of request: PlainRequest) throws(SpecError) -> FrameID {
        let keys = request.head.headers["Idempotency-Key"]
        guard keys.count <= 1, let frame = FrameID(keys.first ?? Self.randomKey()) else {
            throw SpecError(.invalidPayload, field: "Idempotency-Key")
        }
        return frame
    }

    /// A key that nobody has used: 128 random bits.
    private static func randomKey() -> String {
        let halves = (0..<2).map { _ in String(UInt64.random(in: 0...UInt64.max), radix: 36) }
        return "rest-" + halves.joined()
    }
}
