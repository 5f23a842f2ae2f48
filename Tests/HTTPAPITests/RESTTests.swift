import CAASProtocol
import Chat
import Foundation
import Gateway
import HTTPAPI
import NIOHTTP1
import Testing

@Suite("REST requests, R70") struct RESTTests {
    static let messages = "/v1/conversations/room/messages"
    static let key: HTTPHeaders = ["Authorization": "Bearer caas_admin_a", "Content-Type": "application/json"]

    /// Headers of a user's own request.
    static func user(_ service: Service, scope: String? = nil, tenant: String = "a") async throws -> HTTPHeaders {
        let signed = try await service.authority.sign(
            user: try #require(UserID("alice")),
            tenant: try #require(TenantID(tenant)),
            name: "Alice",
            scope: scope,
            expiresIn: .seconds(60),
            now: Service.now
        )
        return ["Authorization": "Bearer \(signed.token)", "Content-Type": "application/json"]
    }

    // MARK: What the service is asked

    @Test func `a message is asked for as by a frame`() async throws {
        let service = try await Service()
        var headers = Self.key
        headers.add(name: "Idempotency-Key", value: "order-7")
        let body = #" {"content":"Grüße","replyTo":"m1","metadata":{"a":[1]},"mentions":["bob"]} "#
        let answer = try await service.ask(.POST, Self.messages + "?asUser=al%7Cice%2B", headers, body)
        #expect(answer.status == .ok)
        let asked = try #require(service.chat.asked)
        guard case .send(let message, let hash) = asked.command else { Issue.record("\(asked.command)"); return }
        #expect(message.conversationID.rawValue == "room")
        #expect(message.body.content == "Grüße")
        #expect(message.body.replyTo?.rawValue == "m1")
        #expect(message.body.metadata?.text == #"{"a":[1]}"#)
        #expect(hash == message.contentHash)
        #expect(asked.frame.rawValue == "order-7")
        #expect(asked.actor.user.user.rawValue == "al|ice+")
        #expect(asked.actor.user.tenant.rawValue == "a")
    }

    @Test func `what a query says is read as by a frame`() async throws {
        let service = try await Service()
        _ = try await service.ask(
            .GET,
            Self.messages + "?afterSeq=7&limit=1e1&other=%00x".replacing("%00", with: ""),
            Self.key
        )
        guard case .read(.history(let history)) = service.chat.asked?.command else { Issue.record(); return }
        #expect(history == MessageHistory(conversationID: history.conversationID, position: .after(seq: 7), limit: 10))
        let member = "/v1/conversations/room/members/b%40c?ban=true&until=9&reason=a+b%22"
        _ = try await service.ask(.DELETE, member, Self.key)
        guard case .remove(let removal) = service.chat.asked?.command else { Issue.record(); return }
        #expect(removal.userID.rawValue == "b@c")
        #expect(removal.ban)
        #expect(removal.until == 9)
        #expect(removal.reason == "a b\"")
    }

    @Test func `each request without a key of its own gets one`() async throws {
        let service = try await Service()
        _ = try await service.ask(.GET, Self.messages, Self.key)
        let first = service.chat.asked?.frame
        _ = try await service.ask(.GET, Self.messages, Self.key)
        #expect(first != nil)
        #expect(service.chat.asked?.frame != first)
    }

    @Test func `a key acts by itself, or as a user`() async throws {
        let service = try await Service()
        _ = try await service.ask(.GET, Self.messages, Self.key)
        #expect(service.chat.asked?.actor.user.user.rawValue == "key:thekey000000")
        _ = try await service.ask(.GET, Self.messages + "?asUser=bob", Self.key)
        #expect(service.chat.asked?.actor.user.user.rawValue == "bob")
        #expect(service.chat.asked?.actor.scopes == .admin)
    }

    @Test func `a user's token acts as that user alone`() async throws {
        let service = try await Service()
        let headers = try await Self.user(service)
        #expect(try await service.ask(.GET, Self.messages + "?asUser=alice", headers).status == .ok)
        #expect(service.chat.asked?.actor.user.user.rawValue == "alice")
        #expect(service.chat.asked?.actor.name == "Alice")
        let other = try await service.ask(.GET, Self.messages + "?asUser=bob", headers)
        #expect(other.status == .forbidden)
        #expect(other.error?.reason == "as_user")
    }

    // MARK: What is refused before

    @Test(
        arguments: [
            (nil, "AUTH_REQUIRED", nil), ("Basic YWxpY2U6", "AUTH_REQUIRED", "scheme"),
            ("Bearer", "AUTH_REQUIRED", "scheme"),
            ("Bearer ", "AUTH_INVALID", "malformed"), ("Bearer x.y.z", "AUTH_INVALID", "malformed"),
            ("bearer caas_", "AUTH_INVALID", "malformed"),
        ] as [(String?, String, String?)]
    )
    func `without a good credential it is 401 with a challenge`(
        _ field: String?,
        _ code: String,
        _ reason: String?
    ) async throws {
        let service = try await Service()
        let answer = try await service.ask(.GET, Self.messages, field.map { ["Authorization": $0] } ?? [:])
        #expect(answer.status == .unauthorized)
        #expect(answer.error?.code == code)
        #expect(answer.error?.reason == reason)
        #expect(answer.headers.first(name: "WWW-Authenticate")?.hasPrefix("Bearer realm=") == true)
        #expect(service.chat.asked == nil)
    }

    @Test func `two credentials are none`() async throws {
        var headers = Self.key
        headers.add(name: "Authorization", value: "Bearer caas_admin_b")
        #expect(try await Service().ask(.GET, Self.messages, headers).status == .unauthorized)
    }

    @Test(arguments: [
        (HTTPMethod.GET, "chat:write", 403), (.GET, "chat:read", 200), (.POST, "chat:read", 403),
        (.POST, "chat:write", 200), (.POST, "admin", 200), (.GET, "moderate", 403),
    ])
    func `scopes open what they open on the socket`(_ method: HTTPMethod, _ scope: String, _ status: Int) async throws {
        let service = try await Service()
        for headers in [
            try await Self.user(service, scope: scope),
            ["Authorization": "Bearer caas_\(scope)_a", "Content-Type": "application/json"],
        ] {
            let answer = try await service.ask(method, Self.messages, headers, #"{"content":"x"}"#)
            #expect(Int(answer.status.code) == status)
            #expect(answer.error?.reason == (status == 403 ? "scope" : nil))
        }
    }

    @Test(
        arguments: [
            (.GET, "/v1/conversations/a%20b/messages", "", "conversationId", nil),
            (.GET, "/v1/conversations/%2e%2e/messages", "", "conversationId", nil),
            (.GET, "/v1/conversations/a%2/messages", "", "conversationId", "percent"),
            (.GET, "/v1/conversations/a%ff/messages", "", "conversationId", "percent"),
            (.GET, messages + "?limit=%g1", "", "limit", "percent"),
            (.GET, messages + "?%g1=1", "", "query", "percent"),
            (.GET, messages + "?\u{301}&limit=0", "", "limit", nil), (.GET, messages + "?limit=0", "", "limit", nil),
            (.GET, messages + "?limit=ten", "", "limit", nil),
            (.GET, messages + "?limit=", "", "limit", nil), (.GET, messages + "?limit", "", "limit", nil),
            (.GET, messages + "?limit=1.5", "", "limit", "number"), (.GET, messages + "?limit=+1", "", "limit", nil),
            (.GET, messages + "?limit=1&limit=2", "", "limit", "duplicate_key"),
            (.GET, messages + "?beforeSeq=1&afterSeq=2", "", "afterSeq", "both_cursors"),
            (.GET, messages + "?asUser=a%20b", "", "asUser", nil), (.GET, messages + "?asUser=", "", "asUser", nil),
            (.DELETE, "/v1/conversations/r/members/a%20b", "", "userId", nil),
            (.DELETE, "/v1/conversations/r/members/a?ban=yes", "", "ban", nil),
            (.DELETE, messages + "/" + String(repeating: "m", count: 65), "", "messageId", nil),
            (.POST, messages, "", nil, "json"), (.POST, messages, "{", nil, "json"),
            (.POST, messages, "[]", nil, "object"),
            (.POST, messages, "7", nil, "object"), (.POST, messages, #"{"content":7}"#, "content", nil),
            (.POST, messages, #"{"content":"a","content":"b"}"#, nil, "duplicate_key"),
            (.POST, messages, #"{"content":"a","attachments":[{}]}"#, "attachments[0]", nil),
            (.POST, messages, #"{"content":"a","conversationId":"other"}"#, "conversationId", "conversation_mismatch"),
            (.PATCH, messages + "/m", #"{"content":"a","messageId":"n"}"#, nil, "duplicate_key"),
            (.POST, "/v1/conversations", #"{"kind":"circle","memberIds":[]}"#, "kind", nil),
        ] as [(HTTPMethod, String, String, String?, String?)]
    )
    func `what is wrong is named as it stands in the request`(
        _ method: HTTPMethod,
        _ path: String,
        _ body: String,
        _ field: String?,
        _ reason: String?
    ) async throws {
        let answer = try await Service().ask(method, path, Self.key, body)
        #expect(answer.status == .badRequest)
        #expect(answer.error?.code == "INVALID_PAYLOAD")
        #expect(answer.error?.field == field)
        #expect(answer.error?.reason == reason)
        #expect(answer.error?.message?.contains("data.") == false)
    }

    @Test(arguments: [
        (HTTPMethod.POST, messages, "{}", "content"), (.POST, "/v1/conversations", "{}", "kind"),
        (.PATCH, "/v1/conversations/r/members/a", "{ }", "role"),
        (.POST, "/v1/conversations/r/members", "{}", "userIds"),
    ])
    func `what is missing is named`(_ method: HTTPMethod, _ path: String, _ body: String, _ field: String) async throws
    {
        let answer = try await Service().ask(method, path, Self.key, body)
        #expect(answer.status == .badRequest)
        #expect(answer.error?.code == "MISSING_FIELD")
        #expect(answer.error?.field == field)
    }

    @Test(arguments: ["", "text/plain", "application/x-www-form-urlencoded"])
    func `a body is JSON and says so`(_ type: String) async throws {
        let headers: HTTPHeaders = ["Authorization": "Bearer caas_admin_a", "Content-Type": type]
        let answer = try await Service().ask(.POST, Self.messages, headers, #"{"content":"x"}"#)
        #expect(answer.status == .badRequest)
        #expect(answer.error?.reason == "content_type")
    }

    @Test(arguments: [(65_536, 200), (65_537, 413)])
    func `a body has at most the bytes of a frame`(_ size: Int, _ status: Int) async throws {
        let body = #"{"content":"x"}"#
        let answer = try await Service().ask(
            .POST,
            Self.messages,
            Self.key,
            body + String(repeating: " ", count: size - body.utf8.count)
        )
        #expect(Int(answer.status.code) == status)
        #expect(answer.error?.reason == (status == 413 ? "too_large" : nil))
    }

    @Test(arguments: ["", "a b", "ä", String(repeating: "k", count: 65)])
    func `an Idempotency-Key is a frame id`(_ key: String) async throws {
        var headers = Self.key
        headers.add(name: "Idempotency-Key", value: key)
        let answer = try await Service().ask(.POST, Self.messages, headers, #"{"content":"x"}"#)
        #expect(answer.status == .badRequest)
        #expect(answer.error?.field == "Idempotency-Key")
    }

    @Test(arguments: [
        "/v1/conversations//messages", "/v1/conversations/r/", "/v1/conversations/r/members/", "/v1//conversations",
    ])
    func `a missing id makes no other route`(_ path: String) async throws {
        let service = try await Service()
        for method in [HTTPMethod.GET, .DELETE] {
            let answer = try await service.ask(method, path, Self.key)
            #expect([404, 405].contains(answer.status.code))
        }
        #expect(service.chat.asked == nil)
    }
}
