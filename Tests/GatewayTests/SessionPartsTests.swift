import CAASProtocol
import Testing

@testable import Gateway

@Suite("Parts of a session") struct SessionPartsTests {
    @Test(
        arguments: [
            ([], nil, nil), (["caas.v1"], "caas.v1", nil), (["chat"], nil, nil),
            (["caas.v1", "bearer.a.b.c"], "caas.v1", "a.b.c"), (["bearer.a.b.c", "caas.v1"], "caas.v1", "a.b.c"),
        ] as [([String], String?, String?)]
    )
    func `the subprotocols say what is selected and which token came, R55`(
        offered: [String],
        selected: String?,
        token: String?
    ) throws {
        let choice = try #require(SubprotocolChoice(offered))
        #expect(choice.selected == selected)
        #expect(choice.token == token)
    }

    @Test func `a token without the service's subprotocol beside it cannot be selected`() {
        #expect(SubprotocolChoice(["bearer.a.b.c"]) == nil)
        #expect(SubprotocolChoice(["chat", "bearer.a.b.c"]) == nil)
    }

    @Test func `the fifth offence within any minute is one too many`() {
        var offences = Offences(limit: 5)
        let start = ContinuousClock.now
        let times = [0, 1, 2, 3, 59, 60, 61, 121, 122, 123, 124, 125]
        #expect(
            times.map { offences.add(now: start + .seconds($0)) } == [
                false, false, false, false, true, false, false, false, false, false, false, true,
            ]
        )
    }

    @Test func `a request is answered once, and not after its time was up`() throws {
        var outstanding = OutstandingRequests()
        let start = ContinuousClock.now
        let one = try #require(FrameID("one"))
        let two = try #require(FrameID("two"))
        outstanding.add(one, FrameReference(id: one, wish: .frame), isRead: false, deadline: start + .seconds(10))
        outstanding.add(two, FrameReference(id: two, wish: .failuresOnly), isRead: true, deadline: start + .seconds(11))
        #expect(outstanding.reads == 1)
        #expect(outstanding.expire(now: start + .seconds(10)).map(\.id) == [one])
        #expect(outstanding.expire(now: start + .seconds(10)).isEmpty)
        #expect(outstanding.answer(one) == nil)
        #expect(outstanding.answer(two)?.frame.wish == .failuresOnly)
        #expect(outstanding.answer(two) == nil)
        #expect(outstanding.count == 0)
        #expect(outstanding.reads == 0)
    }

    @Test func `of each file as many chunks wait as its window says, whatever else does`() throws {
        var outstanding = OutstandingRequests()
        let deadline = ContinuousClock.now + .seconds(10)
        let files = [FileID.random(), .random()]
        var keys: [FrameID] = []
        func add(_ file: FileID?) {
            keys.append(.random())
            let frame = FrameReference(id: nil, wish: .failuresOnly)
            outstanding.add(keys[keys.count - 1], frame, isRead: false, chunkOf: file, deadline: deadline)
        }
        for _ in 0..<31 { for file in files + [nil] { add(file) } }
        #expect(!outstanding.hasFullWindow)
        add(files[1])
        #expect(outstanding.hasFullWindow)
        // One of another file changes nothing, one of this file makes room.
        _ = outstanding.answer(keys[0])
        #expect(outstanding.hasFullWindow)
        _ = outstanding.answer(keys[1])
        #expect(!outstanding.hasFullWindow)
        for key in keys { _ = outstanding.answer(key) }
        for _ in 0..<31 { add(files[0]) }
        #expect(!outstanding.hasFullWindow)
        add(files[0])
        #expect(outstanding.hasFullWindow)
    }

    @Test(arguments: [ErrorCode.internalError, .unavailable, .rateLimited])
    func `what may be better next time is no end for good, so that no client hears a CONNECT_ERROR of it`(
        _ code: ErrorCode
    ) {
        let reason = CloseReason(refusing: SpecError(code, retryAfter: 1_000))
        #expect(!reason.isFinal && reason.retryAfter == 1_000)
    }

    @Test func `every close reason fits into a close frame`() {
        var reason = CloseReason.rateLimited
        reason.retryAfter = Int64.max
        #expect(reason.text.utf8.count <= 123)
        #expect(CloseReason.drain.text == #"{"c":4100}"#)
    }

    @Test func `the query says what a connection wants`() {
        let options = SessionOptions(query: ["echo": "true", "inbox": "false", "v": "1"])
        #expect(options.echo)
        #expect(!options.inbox)
        #expect(options.version == 1)
        #expect(SessionOptions(query: ["v": "x"]).version == 0)
        #expect(SessionOptions(query: [:]) == SessionOptions())
    }
}
