import CAASProtocol
import Foundation
import Gateway
import NIOCore
import NIOHTTP1

/// `POST /v1/dev/token`: signs anyone in, on this machine, in development (R55).
struct DevelopmentSignIn: Sendable {
    /// How long its tokens live, unless the service allows less.
    private static let life = Duration.seconds(12 * 3600)

    let authority: TokenAuthority
    /// Unix milliseconds.
    let clock: @Sendable () -> Int64

    func respond(to request: PlainRequest) async throws -> PlainResponse {
        guard request.peer?.isLoopback ?? false else { throw SpecError(.forbidden, reason: "peer") }
        guard isOwn(request.head.headers) else { throw SpecError(.forbidden, reason: "origin") }
        guard request.head.headers.isJSON else { throw SpecError(.invalidPayload, reason: "content_type") }
        let wish = try Wish(parsing: request.body)
        guard let tenant = wish.tenant ?? authority.tenants.first else { throw SpecError(.internalError) }
        let signed = try await authority.sign(
            user: wish.user,
            tenant: tenant,
            name: wish.name,
            expiresIn: min(Self.life, authority.lifetime),
            now: clock()
        )
        // A token has no character that JSON escapes.
        return .json(Array(#"{"token":"\#(signed.token)","expiresAt":\#(signed.expiresAt)}"#.utf8))
    }

    /// Whether no page asks, or our own: the Host was checked before, and a proxy may end TLS.
    private func isOwn(_ headers: HTTPHeaders) -> Bool {
        guard let origin = headers.first(name: "Origin")?.lowercased() else { return true }
        guard let host = headers.first(name: "Host")?.lowercased() else { return false }
        return origin == "http://" + host || origin == "https://" + host
    }
}

/// Who wants to be signed in.
private struct Wish: Decodable {
    private enum Field: String, CodingKey {
        case userId
        case name
        case tenantId
    }

    let user: UserID
    let name: String?
    /// Nil is the first one.
    let tenant: TenantID?

    init(parsing body: ByteBuffer) throws {
        let checked = try JSONFragment(parsing: Array(body.readableBytesView).span.bytes)
        guard checked.utf8.first == UInt8(ascii: "{") else { throw SpecError(.invalidPayload, reason: "object") }
        self = try JSONDecoder().decode(Wish.self, from: Data(checked.utf8))
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        guard let user = try Self.text(.userId, in: fields) else { throw SpecError(.missingField, field: "userId") }
        guard let id = UserID(user) else { throw SpecError(.invalidPayload, field: "userId") }
        self.user = id
        name = try Self.text(.name, in: fields)
        guard let tenant = try Self.text(.tenantId, in: fields) else {
            self.tenant = nil
            return
        }
        guard let tenant = TenantID(tenant) else { throw SpecError(.invalidPayload, field: "tenantId") }
        self.tenant = tenant
    }

    private static func text(_ field: Field, in fields: KeyedDecodingContainer<Field>) throws -> String? {
        do { return try fields.decodeIfPresent(String.self, forKey: field) } catch {
            throw SpecError(.invalidPayload, field: field.rawValue)
        }
    }
}

extension SocketAddress {
    /// Whether it is this machine.
    fileprivate var isLoopback: Bool {
        guard let address = ipAddress else { return false }
        return address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }
}
