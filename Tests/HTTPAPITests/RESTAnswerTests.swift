import CAASProtocol
import Chat
import Foundation
import Gateway
import HTTPAPI
import NIOCore
import NIOHTTP1
import Testing

@Suite("REST answers, R70") struct RESTAnswerTests {
    private static let body = #"{"content":"x"}"#

    @Test(arguments: [(false, 201), (true, 200)])
    func `what was made is 201 with its place, what was there is 200`(_ isDuplicate: Bool, _ status: Int) async throws {
        let id = MessageID(.init(handle: 7, seq: 1))
        let outcome = Acknowledgement.Outcome.sent(messageID: id, seq: 1, offset: 2, duplicate: isDuplicate)
        let service = try await Service(answer: .success(timestamp: 5, outcome))
        let answer = try await service.ask(.POST, RESTTests.messages, RESTTests.key, Self.body)
        #expect(Int(answer.status.code) == status)
        #expect(answer.headers["Location"] == (isDuplicate ? [] : ["\(RESTTests.messages)/\(id)"]))
        var ack: [UInt8] = []
        Acknowledgement.success(timestamp: 5, outcome).encode(into: &ack)
        #expect(answer.text == String(decoding: ack, as: UTF8.self))
        #expect(answer.headers["Cache-Control"] == ["no-store"])
    }

    @Test(
        arguments: [
            (.forbidden, nil, 403), (.notMember, nil, 403), (.notFound, nil, 404), (.alreadyExists, nil, 409),
            (.rateLimited, nil, 429), (.unavailable, nil, 503), (.internalError, nil, 500), (.invalidPayload, nil, 400),
            (.missingField, nil, 400), (.invalidPayload, "too_large", 413),
        ] as [(ErrorCode, String?, Int)]
    )
    func `each code has its status`(_ code: ErrorCode, _ reason: String?, _ status: Int) async throws {
        let error = SpecError(code, field: "data.x", reason: reason, retryAfter: 1_001)
        let service = try await Service(answer: .failure(error))
        let answer = try await service.ask(.POST, RESTTests.messages, RESTTests.key, Self.body)
        #expect(Int(answer.status.code) == status)
        #expect(answer.error?.code == code.rawValue)
        #expect(answer.error?.field == "x")
        #expect(answer.headers["Retry-After"] == ["2"])
    }

    @Test func `an id used for something else is named as the header that it is`() async throws {
        let service = try await Service(answer: .failure(SpecError(.alreadyExists, field: "id", reason: "id_reused")))
        let answer = try await service.ask(.POST, RESTTests.messages, RESTTests.key, Self.body)
        #expect(answer.error?.field == "Idempotency-Key")
    }

    @Test func `nobody waits for an answer for ever`() async throws {
        let service = try await Service(answer: nil, budget: .zero)
        let answer = try await service.ask(.POST, RESTTests.messages, RESTTests.key, Self.body)
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.error?.reason == "timeout")
        #expect(answer.headers["Retry-After"] == ["1"])
    }

    // MARK: Browsers

    @Test func `a page on an allowed origin may ask with a user's token`() async throws {
        let service = try await Service(environment: .production, allowedOrigins: ["https://app.example"])
        var headers = try await RESTTests.user(service)
        headers.add(name: "Origin", value: "https://app.example")
        for path in [RESTTests.messages, RESTTests.messages + "?limit=0"] {
            let answer = try await service.ask(.GET, path, headers)
            #expect(answer.headers["Access-Control-Allow-Origin"] == ["https://app.example"])
            #expect(answer.headers["Vary"] == ["Origin"])
        }
        headers.remove(name: "Authorization")
        headers.add(name: "Access-Control-Request-Method", value: "POST")
        let preflight = try await service.ask(.OPTIONS, RESTTests.messages, headers)
        #expect(preflight.status == .noContent)
        #expect(preflight.headers["Access-Control-Allow-Origin"] == ["https://app.example"])
        #expect(preflight.headers["Access-Control-Allow-Methods"] == ["GET, HEAD, OPTIONS, POST"])
        #expect(preflight.headers.first(name: "Access-Control-Allow-Headers")?.contains("Authorization") == true)
    }

    @Test func `the origin must be one of the user's own tenant`() async throws {
        let service = try await Service(environment: .production, allowedOrigins: ["https://app.example"])
        var headers = try await RESTTests.user(service)
        headers.add(name: "Origin", value: "https://only-b.example")
        let answer = try await service.ask(.GET, RESTTests.messages, headers)
        #expect(answer.status == .forbidden)
        #expect(answer.error?.reason == "origin")
        #expect(answer.headers["Access-Control-Allow-Origin"] == [])
        #expect(service.chat.asked == nil)
    }

    @Test(arguments: ["caas_admin_a", "caas_"])
    func `no page is told anything with a key`(_ key: String) async throws {
        let service = try await Service(environment: .production, allowedOrigins: ["https://app.example"])
        let headers: HTTPHeaders = ["Authorization": "Bearer \(key)", "Origin": "https://app.example"]
        let answer = try await service.ask(.GET, RESTTests.messages, headers)
        #expect(!answer.headers.contains { $0.name.lowercased().hasPrefix("access-control-") })
    }

    // MARK: Tokens

    @Test(
        arguments: [
            (#"{"userId":"bob"}"#, nil, 3_600),
            (#"{"userId":"bob","expiresIn":86400,"name":"Bob ö"}"#, "Bob ö", 86_400),
            (#"{"userId":"bob","expiresIn":60.0,"name":null,"scope":null}"#, nil, 60),
        ] as [(String, String?, Int64)]
    )
    func `a key makes tokens of its tenant`(_ body: String, _ name: String?, _ seconds: Int64) async throws {
        struct Signed: Decodable {
            var token: String
            var expiresAt: Int64
        }
        let service = try await Service()
        let answer = try await service.ask(.POST, "/v1/tokens", RESTTests.key, body)
        #expect(answer.status == .ok)
        let signed = try JSONDecoder().decode(Signed.self, from: Data(answer.body.readableBytesView))
        let token = try await service.authority.verify(signed.token, now: Service.now).get()
        #expect(token.user.rawValue == "bob")
        #expect(token.tenant.rawValue == "a")
        #expect(token.name == name)
        #expect(token.scopes == .standard)
        #expect(token.expiresAt == signed.expiresAt)
        #expect(signed.expiresAt == (Service.now / 1000 + seconds) * 1000)
    }

    @Test(
        arguments: [
            ("{}", "MISSING_FIELD", "userId", nil), (#"{"userId":"a b"}"#, "INVALID_PAYLOAD", "userId", nil),
            (#"{"userId":"a","expiresIn":0}"#, "INVALID_PAYLOAD", "expiresIn", nil),
            (#"{"userId":"a","expiresIn":1.5}"#, "INVALID_PAYLOAD", "expiresIn", nil),
            (#"{"userId":"a","expiresIn":86401}"#, "INVALID_PAYLOAD", "expiresIn", "lifetime"),
            (#"{"userId":"a","expiresIn":9007199254740991}"#, "INVALID_PAYLOAD", "expiresIn", "lifetime"),
            (#"{"userId":"a","scope":"chat:read chat:wirte"}"#, "INVALID_PAYLOAD", "scope", "unknown_scope"),
            (#"{"userId":"a","scope":""}"#, "INVALID_PAYLOAD", "scope", "unknown_scope"),
            (#"{"userId":"a","scope":7}"#, "INVALID_PAYLOAD", "scope", nil),
            ("[]", "INVALID_PAYLOAD", nil, "object"), ("{", "INVALID_PAYLOAD", nil, "json"),
        ] as [(String, String, String?, String?)]
    )
    func `a token that would be of no use is not made`(
        _ body: String,
        _ code: String,
        _ field: String?,
        _ reason: String?
    ) async throws {
        let answer = try await Service().ask(.POST, "/v1/tokens", RESTTests.key, body)
        #expect(answer.status == .badRequest)
        #expect(answer.error?.code == code)
        #expect(answer.error?.field == field)
        #expect(answer.error?.reason == reason)
    }

    @Test func `only a key with the scope admin makes tokens`() async throws {
        let service = try await Service()
        let key: HTTPHeaders = ["Authorization": "Bearer caas_chat:write_a", "Content-Type": "application/json"]
        let plain = try await service.ask(.POST, "/v1/tokens", key, #"{"userId":"a"}"#)
        #expect(plain.status == .forbidden)
        #expect(plain.error?.reason == "scope")
        let user = try await service.ask(
            .POST,
            "/v1/tokens",
            try await RESTTests.user(service, scope: "admin"),
            #"{"userId":"a"}"#
        )
        #expect(user.status == .forbidden)
        #expect(user.error?.reason == "key")
    }
}
