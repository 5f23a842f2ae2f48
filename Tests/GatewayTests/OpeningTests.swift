import CAASProtocol
import Chat
import NIOCore
import Testing
import WebSocketWire

@testable import Gateway

@Suite("A connection that the service does not take, R12") struct OpeningTests {
    private struct Defect: Error {}

    /// A connection whose token was good, and whose user the service does not know yet.
    private func opening(_ rig: Rig) throws -> ChatEndpoint {
        let endpoint = try rig.connect("alice")
        let session = try #require(endpoint.session)
        endpoint.state = .opening(session, authFrame: nil)
        return endpoint
    }

    @Test func `a service that does not answer in time closes with 4201`() async throws {
        let rig = try await Rig()
        let endpoint = try opening(rig)
        let now = ContinuousClock.now
        endpoint.openingDeadline = now + .seconds(10)
        endpoint.tick(now: now + .milliseconds(9_999))
        #expect(try rig.closed(endpoint) == nil)
        endpoint.tick(now: now + .seconds(10))
        #expect(try rig.closed(endpoint)?.code == 4201)
        #expect(rig.errors == ["UNAVAILABLE timeout"])
    }

    @Test func `a defect closes with 4200`() async throws {
        let rig = try await Rig()
        let endpoint = try opening(rig)
        endpoint.answered(.connection, .failure(.failure(Defect(), report: { _, _ in })))
        #expect(try rig.closed(endpoint)?.code == 4200)
        #expect(rig.errors == ["INTERNAL_ERROR "])
    }

    @Test func `a defect while the token is checked closes with 4200, and is no failure of the client`() async throws {
        var settings = GatewaySettings()
        settings.failedConnects = 1
        let rig = try await Rig(settings)
        for _ in 0..<3 {
            let endpoint = try rig.connect("alice")
            endpoint.state = .verifying
            endpoint.verified(.failure(Defect()), SessionOptions(), claimedTenant: nil, frame: nil)
            #expect(try rig.closed(endpoint)?.code == 4200)
        }
        #expect(rig.errors == Array(repeating: "INTERNAL_ERROR ", count: 3))
    }

    @Test func `a service that takes nothing closes with 4201 and says when to come back`() async throws {
        let rig = try await Rig()
        rig.service.chat.close()
        let endpoint = try opening(rig)
        endpoint.enter(try #require(endpoint.session), authFrame: nil)
        let closed = try #require(try rig.closed(endpoint))
        #expect(closed.code == 4201)
        #expect(closed.reason == #"{"c":4201,"ra":1000}"#)
        #expect(rig.errors == ["UNAVAILABLE overloaded"])
    }

    @Test func `a frame that the service cannot take is answered, and the connection lives`() async throws {
        let rig = try await Rig()
        rig.service.chat.close()
        let endpoint = try rig.connect("alice")
        let frame = #"{"id":"m1","type":"message:send","conversationId":"room","data":{"content":"x"}}"#
        endpoint.received(.text, ByteBuffer(string: frame))
        #expect(try rig.closed(endpoint) == nil)
        #expect(rig.errors == ["UNAVAILABLE overloaded"])
    }
}
