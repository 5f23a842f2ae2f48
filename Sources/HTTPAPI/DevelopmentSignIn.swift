import CAASProtocol
import Gateway
import NIOCore
import NIOHTTP1

/// `POST /v1/dev/token`: signs anyone in, on this machine, in development (R55).
struct DevelopmentSignIn: Sendable {
    /// How long its tokens live, unless the service allows less.
    private static let life = Duration.seconds(12 * 3600)

    let authority: TokenAuthority
    /// Told with each token: what a page shows of frames depends on it.
    let compression: CompressionSettings
    /// Unix milliseconds.
    let clock: @Sendable () -> Int64

    func respond(to request: PlainRequest) async throws -> PlainResponse {
        guard request.peer?.isLoopback ?? false else { throw SpecError(.forbidden, reason: "peer") }
        guard isOwn(request.head.headers) else { throw SpecError(.forbidden, reason: "origin") }
        let wish = try Wish(request.object())
        guard let tenant = wish.tenant ?? authority.tenants.first else { throw SpecError(.internalError) }
        let signed = try await authority.sign(
            user: wish.user,
            tenant: tenant,
            name: wish.name,
            device: wish.device,
            expiresIn: min(Self.life, authority.lifetime),
            now: clock()
        )
        // A token has no character that JSON escapes.
        let compresses = compression.isEnabled ? #","compressesFrom":\#(compression.threshold)"# : ""
        return .json(Array(#"{"token":"\#(signed.token)","expiresAt":\#(signed.expiresAt)\#(compresses)}"#.utf8))
    }

    /// Whether no page asks, or our own: the Host was checked before, and a proxy may end TLS.
    private func isOwn(_ headers: HTTPHeaders) -> Bool {
        guard let origin = headers.first(name: "Origin")?.lowercased() else { return true }
        guard let host = headers.first(name: "Host")?.lowercased() else { return false }
        return origin == "http://" + host || origin == "https://" + host
    }
}

/// Who wants to be signed in.
private struct Wish: JSONBody {
    private enum Field: String, CodingKey {
        case userId
        case name
        case tenantId
        case deviceId
    }

    let user: UserID
    let name: String?
    /// Nil is the first one.
    let tenant: TenantID?
    /// Nil makes a device of each connection.
    let device: String?

    init(from decoder: any Decoder) throws {
        let fields = try RequestFields<Field>(decoder)
        user = try fields.user(.userId)
        name = try fields.value(.name)
        tenant = try fields.text(.tenantId) { TenantID($0) }
        device = try fields.value(.deviceId)
    }
}

extension SocketAddress {
    /// Whether it is this machine.
    fileprivate var isLoopback: Bool {
        guard let address = ipAddress else { return false }
        return address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }
}
