import EngineIOWire
import Testing

@Suite("How requests are refused") struct FaultTests {
    @Test(
        arguments: [
            (EngineIOFault.transportUnknown, 400, #"{"code":0,"message":"Transport unknown"}"#),
            (.sessionUnknown, 400, #"{"code":1,"message":"Session ID unknown"}"#),
            (.badHandshakeMethod, 400, #"{"code":2,"message":"Bad handshake method"}"#),
            (.badRequest, 400, #"{"code":3,"message":"Bad request"}"#),
            (.forbidden, 403, #"{"code":4,"message":"Forbidden"}"#),
            (.unsupportedVersion, 400, #"{"code":5,"message":"Unsupported protocol version"}"#),
        ]
    )
    func `a fault has a code, a message and a status`(fault: EngineIOFault, status: Int, body: String) {
        #expect(fault.status == status)
        #expect(fault.body == body)
        #expect(body.contains(#""\#(fault.message)""#))
        #expect(EngineIORefusal.fault(fault).status == status)
        #expect(EngineIORefusal.fault(fault).body == body)
    }

    @Test func `a body that is too large or no text is refused without a body`() {
        #expect(EngineIORefusal.tooLarge.status == 413)
        #expect(EngineIORefusal.notText.status == 400)
        #expect(EngineIORefusal.tooLarge.body.isEmpty && EngineIORefusal.notText.body.isEmpty)
    }
}
