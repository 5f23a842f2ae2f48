import CAASProtocol
import Chat
import Foundation
import Gateway
import HTTPAPI
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// The part under test with two tenants, and a chat service that answers what it is told to.
struct Service {
    /// Unix milliseconds.
    static let now: Int64 = 1_700_000_000_500

    let authority: TokenAuthority
    let chat: ScriptedChat
    let api: HTTPAPI

    init(
        environment: GatewaySettings.Environment = .development,
        isDraining: Bool = false,
        isStoreWritable: Bool = true,
        admin: AdminPages? = nil,
        allowedOrigins: [String] = [],
        answer: Acknowledgement? = .success(timestamp: now, .done),
        budget: Duration = .seconds(10),
        compression: CompressionSettings = CompressionSettings()
    ) async throws {
        let tenants = ["a", "b"].compactMap(TenantID.init).map { id in
            TenantSettings(
                id: id,
                secret: Array("the secret of tenant \(id), 32 bytes".utf8),
                audience: "caas-socket",
                allowedOrigins: id.rawValue == "a" ? allowedOrigins : ["https://only-b.example"]
            )
        }
        var settings = GatewaySettings()
        settings.environment = environment
        let chat = ScriptedChat(answer: answer)
        self.chat = chat
        authority = try await TokenAuthority(tenants: tenants, lifetime: .seconds(86_400))
        let rest = RESTService(
            authority: authority,
            origins: OriginPolicy(settings: settings, tenants: tenants),
            bodyBytes: 65_536,
            log: RequestLog(logger: Logger(label: "test")),
            verifyKey: Self.verify,
            clock: { Self.now },
            budget: budget,
            links: FileLinks(key: Array("a key for links to files".utf8), publicURL: nil),
            files: { nil },
            perform: { command, actor, frame in await chat.perform(command, actor, frame) }
        )
        api = HTTPAPI(
            environment: environment,
            authority: authority,
            rest: rest,
            compression: compression,
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

    /// Keys `caas_<scopes with dots for spaces>_<tenant>`.
    private static func verify(_ text: String, _ now: Int64) async throws(SpecError) -> APIKey {
        let parts = text.split(separator: "_")
        guard parts.count == 3, let tenant = TenantID(String(parts[2])), let id = APIKeyID("thekey000000") else {
            throw SpecError(.authInvalid, reason: "malformed")
        }
        return APIKey(id: id, tenant: tenant, scopes: Scopes(claim: String(parts[1].replacing(".", with: " "))))
    }
}

/// Stands for the chat service: gives one answer to everything, and keeps what it was asked last.
final class ScriptedChat: Sendable {
    struct Asked: Sendable {
        var command: ChatRequest.Command
        var actor: Actor
        var frame: FrameID
    }

    /// Nil gives none until the asking task is cancelled.
    private let answer: Acknowledgement?
    private let state = Mutex<Asked?>(nil)

    init(answer: Acknowledgement?) {
        self.answer = answer
    }

    var asked: Asked? { state.withLock { $0 } }

    func perform(_ command: ChatRequest.Command, _ actor: Actor, _ frame: FrameID) async -> Acknowledgement {
        state.withLock { $0 = Asked(command: command, actor: actor, frame: frame) }
        // As the service itself does.
        if case .malformed(_, _, let error) = command { return .failure(error) }
        if let answer { return answer }
        try? await Task.sleep(for: .seconds(3600))
        return .failure(SpecError(.internalError))
    }
}

extension PlainResponse {
    var text: String { String(buffer: body) }

    struct ErrorBody {
        var code: String?
        var field: String?
        var reason: String?
        var message: String?
    }

    /// The error of a JSON answer.
    var error: ErrorBody? {
        let object = try? JSONSerialization.jsonObject(with: Data(body.readableBytesView)) as? [String: Any]
        guard let error = object?["error"] as? [String: Any] else { return nil }
        let details = error["details"] as? [String: Any]
        return ErrorBody(
            code: error["code"] as? String,
            field: details?["field"] as? String,
            reason: details?["reason"] as? String,
            message: error["message"] as? String
        )
    }
}
