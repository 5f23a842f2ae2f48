import CAASProtocol
import Foundation
import Gateway
import HTTPAPI
import NIOCore
import NIOHTTP1
import Testing

@Suite("Development sign-in, R55") struct DevelopmentSignInTests {
    static let json: HTTPHeaders = ["Content-Type": "application/json"]

    @Test(
        arguments: [
            (#"{"userId":"alice"}"#, "a", nil),
            (#"{"userId":"alice","name":"Alice é","tenantId":"b"}"#, "b", "Alice é"),
            (#"{"userId":"alice","name":null,"tenantId":null,"more":[1]}"#, "a", nil),
        ] as [(String, String, String?)]
    )
    func `anyone is signed in`(_ body: String, _ tenant: String, _ name: String?) async throws {
        let service = try await Service()
        let answer = try await service.ask(.POST, "/v1/dev/token", Self.json, body)
        #expect(answer.status == .ok)
        #expect(answer.headers["Cache-Control"] == ["no-store"])
        #expect(!answer.headers.contains { $0.name.lowercased().hasPrefix("access-control-") })
        let signed = try JSONDecoder().decode(Signed.self, from: Data(answer.body.readableBytesView))
        let token = try await service.authority.verify(signed.token, now: Service.now).get()
        #expect(token.user.rawValue == "alice")
        #expect(token.tenant.rawValue == tenant)
        #expect(token.name == name)
        #expect(token.expiresAt == signed.expiresAt)
    }

    @Test(arguments: [#""phone-1""#, "null", "\"\(String(repeating: "d", count: 128))\""])
    func `whoever names a device is that device`(_ device: String) async throws {
        let service = try await Service()
        let body = #"{"userId":"alice","deviceId":\#(device)}"#
        let answer = try await service.ask(.POST, "/v1/dev/token", Self.json, body)
        let signed = try JSONDecoder().decode(Signed.self, from: Data(answer.body.readableBytesView))
        let token = try await service.authority.verify(signed.token, now: Service.now).get()
        #expect(token.device == (device == "null" ? nil : String(device.dropFirst().dropLast())))
    }

    @Test(arguments: [(1_024, true), (512, true), (1_024, false)])
    func `it tells from which size on texts are compressed`(_ threshold: Int, _ isEnabled: Bool) async throws {
        var compression = CompressionSettings()
        compression.threshold = threshold
        compression.isEnabled = isEnabled
        let service = try await Service(compression: compression)
        let answer = try await service.ask(.POST, "/v1/dev/token", Self.json, #"{"userId":"alice"}"#)
        let signed = try JSONDecoder().decode(Signed.self, from: Data(answer.body.readableBytesView))
        #expect(signed.compressesFrom == (isEnabled ? threshold : nil))
    }

    @Test(arguments: ["application/json; charset=utf-8", "Application/JSON"])
    func `parameters and case of the content type change nothing`(_ type: String) async throws {
        let answer = try await Service().ask(.POST, "/v1/dev/token", ["Content-Type": type], #"{"userId":"alice"}"#)
        #expect(answer.status == .ok)
    }

    @Test(
        arguments: [
            ("{", "INVALID_PAYLOAD", nil), ("", "INVALID_PAYLOAD", nil), ("[]", "INVALID_PAYLOAD", nil),
            ("7", "INVALID_PAYLOAD", nil),
            ("{}", "MISSING_FIELD", "userId"), (#"{"userId":null}"#, "MISSING_FIELD", "userId"),
            (#"{"userId":7}"#, "INVALID_PAYLOAD", "userId"), (#"{"userId":""}"#, "INVALID_PAYLOAD", "userId"),
            (#"{"userId":"a b"}"#, "INVALID_PAYLOAD", "userId"), (#"{"userId":"key:1"}"#, "INVALID_PAYLOAD", "userId"),
            (#"{"userId":"a","userId":"b"}"#, "INVALID_PAYLOAD", nil),
            (#"{"userId":"a","name":7}"#, "INVALID_PAYLOAD", "name"),
            (#"{"userId":"a","tenantId":"a b"}"#, "INVALID_PAYLOAD", "tenantId"),
            (#"{"userId":"a","deviceId":""}"#, "INVALID_PAYLOAD", "deviceId"),
            (#"{"userId":"a","deviceId":7}"#, "INVALID_PAYLOAD", "deviceId"),
            ("{\"userId\":\"a\",\"deviceId\":\"\(String(repeating: "é", count: 65))\"}", "INVALID_PAYLOAD", "deviceId"),
        ] as [(String, String, String?)]
    )
    func `a bad body is 400 with code and field`(_ body: String, _ code: String, _ field: String?) async throws {
        let answer = try await Service().ask(.POST, "/v1/dev/token", Self.json, body)
        #expect(answer.status == .badRequest)
        #expect(answer.error?.code == code)
        #expect(answer.error?.field == field)
    }

    @Test func `a name that makes the token too large is 413`() async throws {
        let body = #"{"userId":"a","name":"\#(String(repeating: "n", count: 8_000))"}"#
        let answer = try await Service().ask(.POST, "/v1/dev/token", Self.json, body)
        #expect(answer.status == .payloadTooLarge)
        #expect(answer.error?.reason == "too_large")
    }

    @Test func `an unknown tenant is 404`() async throws {
        let answer = try await Service().ask(.POST, "/v1/dev/token", Self.json, #"{"userId":"a","tenantId":"nowhere"}"#)
        #expect(answer.status == .notFound)
        #expect(answer.error?.field == "tenantId")
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
    func `only JSON is taken, which no foreign form can send`(_ type: String) async throws {
        let headers: HTTPHeaders = type.isEmpty ? [:] : ["Content-Type": type]
        let answer = try await Service().ask(.POST, "/v1/dev/token", headers, #"{"userId":"alice"}"#)
        #expect(answer.status == .badRequest)
        #expect(answer.error?.reason == "content_type")
    }

    @Test(
        arguments: [
            (nil, true), ("http://localhost:8080", true), ("https://localhost:8080", true),
            ("http://localhost:3000", false),
            ("http://127.0.0.1:8080", false), ("null", false), ("http://localhost:8080.evil.example", false),
        ] as [(String?, Bool)]
    )
    func `the origin is the server's own or none`(_ origin: String?, _ isAllowed: Bool) async throws {
        var headers = Self.json
        if let origin { headers.add(name: "Origin", value: origin) }
        let answer = try await Service().ask(.POST, "/v1/dev/token", headers, #"{"userId":"alice"}"#)
        #expect(answer.status == (isAllowed ? .ok : .forbidden))
        #expect(answer.error?.reason == (isAllowed ? nil : "origin"))
    }

    @Test(arguments: [("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("10.0.0.1", false), ("::2", false)])
    func `only this machine is served`(_ address: String, _ isServed: Bool) async throws {
        let peer = try SocketAddress(ipAddress: address, port: 4000)
        let answer = try await Service().ask(.POST, "/v1/dev/token", Self.json, #"{"userId":"alice"}"#, peer: peer)
        #expect(answer.status == (isServed ? .ok : .forbidden))
    }

    @Test func `whoever has no address is not served`() async throws {
        let answer = try await Service().ask(.POST, "/v1/dev/token", Self.json, #"{"userId":"alice"}"#, peer: nil)
        #expect(answer.status == .forbidden)
    }

    struct Signed: Decodable {
        var token: String
        var expiresAt: Int64
        var compressesFrom: Int?
    }
}
