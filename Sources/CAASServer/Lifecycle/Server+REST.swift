import CAASProtocol
import Chat
import Gateway
import HTTPAPI
import Logging
import WebSocketWire

extension Server {
    /// The REST interface, in front of the gateway that is made after it.
    static func rest(
        _ settings: GatewaySettings,
        _ tenants: [TenantSettings],
        _ authority: TokenAuthority,
        _ storage: any Storage,
        _ node: Node,
        _ metrics: NodeMetrics,
        _ logger: Logger,
        _ links: FileLinks
    ) -> RESTService {
        let keys = APIKeyAuthority(
            storage: storage,
            tenants: authority.tenants,
            report: FailureLog(logger: logger).report
        )
        return RESTService(
            authority: authority,
            origins: OriginPolicy(settings: settings, tenants: tenants),
            bodyBytes: settings.socket.textBytes,
            log: RequestLog(logger: logger, metrics: metrics.registry),
            verifyKey: { text, time throws(SpecError) in try await keys.verify(text, time: time) },
            clock: { now() },
            metrics: metrics.registry,
            links: links,
            files: { node.gateway?.files },
            perform: { command, actor, frame in
                guard let gateway = node.gateway else {
                    return .failure(SpecError(.unavailable, reason: "overloaded", retryAfter: 1_000))
                }
                return await gateway.perform(command, as: actor, frame: frame)
            }
        )
    }
}
