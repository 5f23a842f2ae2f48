import CAASProtocol
import Testing

@Suite("Frames that come as events with a name, as on Socket.IO") struct EventFrameTests {
    private func scan(_ text: String, event: String) throws(FrameRefusal) -> ClientFrame {
        try ClientFrame.scan(Array(text.utf8).span.bytes, tenant: nil, event: event)
    }

    private func refusal(_ text: String, event: String) -> String {
        do throws(FrameRefusal) {
            _ = try scan(text, event: event)
            return "taken"
        } catch {
            return [error.error.code.rawValue, error.error.field, error.error.reason].compactMap(\.self)
                .joined(separator: " ")
        }
    }

    @Test func `the name stands for the type, or beside the same one`() throws {
        #expect(try scan(#"{"id":"a","data":{}}"#, event: "message:send").type == .messageSend)
        #expect(try scan(#"{"id":"a","type":"message:send"}"#, event: "message:send").type == .messageSend)
        #expect(try scan(#"{"id":"a","type":null}"#, event: "ping").type == .ping)
    }

    @Test(
        arguments: [
            (#"{"id":"a","type":"message:edit"}"#, "INVALID_PAYLOAD type type_mismatch"),
            (#"{"id":"a","type":5}"#, "INVALID_PAYLOAD type"),
            (#"{"data":{}}"#, "MISSING_FIELD id"),
            ("[]", "INVALID_PAYLOAD json"),
            ("7", "INVALID_PAYLOAD json"),
            ("", "INVALID_PAYLOAD json"),
        ]
    )
    func `what does not fit is refused`(text: String, expected: String) {
        #expect(refusal(text, event: "message:send") == expected)
    }

    @Test func `an event that nobody knows is no type`() {
        #expect(refusal(#"{"id":"a"}"#, event: "message:shout") == "INVALID_PAYLOAD type unknown_type")
        #expect(
            refusal(#"{"id":"a","type":"message:send"}"#, event: "message:shout")
                == "INVALID_PAYLOAD type type_mismatch"
        )
    }

    @Test(
        arguments: [
            "typing:start", "typing:stop", "conversation:join", "conversation:leave", "message:history",
            "conversation:list", "conversation:members", "ping", "message:read", "presence:update",
        ]
    )
    func `what needs no idempotency key may go without an id, and gets one of its own`(event: String) throws {
        let ids = try (0..<2).map { _ in try scan("{}", event: event).id.rawValue }
        #expect(ids[0] != ids[1])
        #expect(ids[0].utf8.count > 20)
    }

    @Test(
        arguments: [
            "message:send", "message:edit", "message:delete", "conversation:create", "conversation:invite",
            "conversation:remove", "conversation:role", "conversation:update", "call:initiate", "file:begin",
        ]
    )
    func `what a repeat must not do twice names itself`(event: String) {
        #expect(refusal("{}", event: event) == "MISSING_FIELD id")
    }

    @Test func `an id that is there must be one`() {
        #expect(refusal(#"{"id":"no spaces"}"#, event: "ping") == "INVALID_PAYLOAD id")
    }
}

@Suite("What a Socket.IO client connects with, R55") struct ConnectAuthTests {
    private func auth(_ text: String?) -> String {
        do throws(SpecError) {
            let bytes = text.map { Array($0.utf8) }
            let auth = try SessionAuth.connecting(bytes?.span.bytes)
            return "\(auth.token) echo=\(auth.echo) inbox=\(auth.inbox) version=\(auth.version ?? 0)"
        } catch {
            return [error.code.rawValue, error.field, error.reason].compactMap(\.self).joined(separator: " ")
        }
    }

    @Test(
        arguments: [
            (#"{"token":"t"}"#, "t echo=false inbox=true version=0"),
            (#"{"version":1,"echo":true,"token":"t","inbox":false,"more":[{}]}"#, "t echo=true inbox=false version=1"),
            ("{}", "AUTH_REQUIRED"), (#"{"token":null}"#, "AUTH_REQUIRED"),
            (#"{"token":7}"#, "INVALID_PAYLOAD auth.token"),
            (#"{"token":"t","echo":1}"#, "INVALID_PAYLOAD auth.echo"),
            (#"{"token":"t","version":"x"}"#, "INVALID_PAYLOAD auth.version version"),
            (#"{"token":"t","token":"t"}"#, "INVALID_PAYLOAD duplicate_key"),
        ]
    )
    func `it is read as session auth is`(text: String, expected: String) {
        #expect(auth(text) == expected)
    }

    @Test func `without anything there is no token`() {
        #expect(auth(nil) == "AUTH_REQUIRED")
    }
}
