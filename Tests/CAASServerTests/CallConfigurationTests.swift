import Chat
import Testing

@testable import CAASServer

@Suite("Settings of calls and relays, R41, R42, R47") struct CallConfigurationTests {
    @Test func `what is said arrives, and the secret is read from its file`() async throws {
        let directory = try TemporaryDirectory()
        let secret = try directory.file("turn", "0123456789abcdef\n")
        let file = try directory.file(
            "c.json",
            """
            {"calls": {"policy": "anyone", "ringTimeout": 20, "callerGrace": 3, "grace": 7, "maxDuration": 600, "waiting": true},
             "turn": {"urls": ["stun:a.example", "turns:a.example:5349?transport=tcp"], "secretFile": "\(secret)", "ttl": 60}}
            """
        )
        let calls = try await ServerConfiguration.load(file: file).chatSettingsWithSecrets().calls
        #expect(calls.policy == .anyone)
        #expect(calls.ringTimeout == .seconds(20) && calls.maxDuration == .seconds(600))
        #expect(calls.callerGrace == .seconds(3) && calls.grace == .seconds(7) && calls.isWaiting)
        #expect(calls.turn.urls == ["stun:a.example", "turns:a.example:5349?transport=tcp"])
        #expect(calls.turn.secret == Array("0123456789abcdef".utf8) && calls.turn.lifetime == .seconds(60))
    }

    @Test func `what is not said is as it was designed`() async throws {
        let calls = try await ServerConfiguration.load().chatSettingsWithSecrets().calls
        #expect(calls == CallSettings())
        #expect(calls.callerGrace == .seconds(10) && calls.grace == .seconds(30) && !calls.isWaiting)
    }

    @Test(arguments: ["a.example", "turn:", "turn://a.example", "http:a.example", "turn:a b", "turn:\u{E4}.example"])
    func `what is no address of a media server is refused`(url: String) throws {
        let directory = try TemporaryDirectory()
        var configuration = ServerConfiguration()
        configuration.turnURLs = [url]
        configuration.turnSecretFile = try directory.file("turn", "0123456789abcdef")
        #expect(throws: ConfigurationError.self) { try configuration.check() }
        configuration.turnURLs = ["turn:a.example"]
        try configuration.check()
    }

    @Test func `relays need a secret of 16 bytes, other servers none`() throws {
        let directory = try TemporaryDirectory()
        var configuration = ServerConfiguration()
        configuration.turnURLs = ["stun:a.example"]
        try configuration.check()
        configuration.turnURLs = ["turn:a.example"]
        #expect(throws: ConfigurationError.self) { try configuration.check() }
        for (text, isGood) in [("0123456789abcde", false), ("0123456789abcdef", true)] {
            configuration.turnSecretFile = try directory.file("\(text.count)", text)
            let isTaken = (try? configuration.check()) != nil
            #expect(isTaken == isGood)
        }
        configuration.turnSecretFile = directory.path + "/none"
        #expect(throws: ConfigurationError.self) { try configuration.check() }
    }
}
