import CAASProtocol
import Foundation
import Gateway
import HTTPAPI
import Logging
import NIOCore
import NIOHTTP1

/// The part under test with two tenants.
struct Service {
    /// Unix milliseconds.
    static let now: Int64 = 1_700_000_000_500

    let authority: TokenAuthority
    private let api: HTTPAPI

    init(
        environment: GatewaySettings.Environment = .development,
        isDraining: Bool = false,
        isStoreWritable: Bool = true,
        admin: AdminPages? = nil
    ) async throws {
        let tenants = ["a", "b"].compactMap(TenantID.init).map { id in
            TenantSettings(id: id, secret: Array("the secret of tenant \(id), 32 bytes".utf8), audience: "caas-socket")
        }
        authority = try await TokenAuthority(tenants: tenants, lifetime: .seconds(86_400))
        api = HTTPAPI(
            environment: environment,
            authority: authority,
            logger: Logger(label: "test"),
            isDraining: { isDraining },
            isStoreWritable: { isStoreWritable },
            admin: admin,
            clock: { Self.now }
        )
    }

    func ask(
        _ method: HTTPMethod,
        _ path: String,
        _ headers: HTTPHeaders = [:],
        _ body: String = "",
        peer: SocketAddress? = try? SocketAddress(ipAddress: "127.0.0.1", port: 4000)
    ) async throws -> PlainResponse {
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
        head.headers.add(name: "Host", value: "localhost:8080")
        return try await api.respond(to: PlainRequest(head: head, body: ByteBuffer(string: body), peer: peer))
    }
}

extension PlainResponse {
    var text: String { String(buffer: body) }

    struct ErrorBody {
        var code: String?
        var field: String?
        var reason: String?
    }

    /// The error of a JSON answer.
    var error: ErrorBody? {
        let object = try? JSONSerialization.jsonObject(with: Data(body.readableBytesView)) as? [String: Any]
        guard let error = object?["error"] as? [String: Any] else { return nil }
        let details = error["details"] as? [String: Any]
        return ErrorBody(
            code: error["code"] as? String,
            field: details?["field"] as? String,
            reason: details?["reason"] as? String
        )
    }
}
