import EngineIOWire
import NIOCore

/// Engine.IO: the query of a request, the body of a POST, or the life of a session.
///
/// An input's first byte says which; a session's life is a byte for each thing that happens.
enum EngineIOTarget {
    /// Small ones, so that short inputs reach them.
    static let settings: EngineIOSettings = {
        var settings = EngineIOSettings()
        settings.maxPayload = 2_000
        settings.packetsPerPayload = 30
        return settings
    }()

    static func run(_ input: [UInt8]) throws(Broken) {
        guard let first = input.first else { return }
        let rest = Array(input.dropFirst())
        switch first % 3 {
        case 0: try checkBody(rest)
        case 1:
            var life = try EngineIOLife(over: first & 0x80 == 0 ? .polling : .websocket)
            try life.run(rest)
        default: try checkQuery(String(decoding: rest, as: UTF8.self))
        }
    }

    static func session(over carrier: EngineIOTransport) throws(Broken) -> EngineIOMachine {
        guard let sid = EngineIOSessionID("fuzzed") else { throw Broken("an id is none") }
        var machine = EngineIOMachine(sid: sid, carrier: carrier, settings: settings, now: .now)
        try require(machine.nextAction() != nil && machine.nextAction() == nil, "a handshake is not one action")
        return machine
    }

    // MARK: Bodies

    private static func checkBody(_ body: [UInt8]) throws(Broken) {
        let expected = EngineIOReference.read(body: body, settings)
        for steps in [Int.max, 1] {
            let seen = try posted(body, takingMessages: steps)
            try require(seen == expected, "\(steps) at a time \(seen), by the reference \(expected)")
        }
        guard expected.refusal == nil else { return }
        try checkMessages(of: body, expected)
        try checkReplies(expected.messages)
    }

    /// What comes of a POST whose caller takes so many messages before it stops for a while.
    private static func posted(_ body: [UInt8], takingMessages steps: Int) throws(Broken) -> EngineIOReference {
        var machine = try session(over: .polling)
        let refusal = machine.post(ByteBuffer(bytes: body), isBinary: false, now: .now)
        var seen = EngineIOReference(messages: [], refusal: refusal, isOver: false)
        var isAnswered = refusal != nil
        var taken = 0
        while true {
            guard let action = machine.nextAction(takingMessages: taken < steps) else {
                if taken < steps { break }
                taken = 0
                continue
            }
            try require(!seen.isOver, "\(action) after the end")
            switch action {
            case .message(let kind, let bytes):
                try require(!isAnswered, "a message behind the answer to its POST")
                taken += 1
                seen.messages.append(.init(kind: kind, bytes: Array(bytes.readableBytesView)))
            case .answerPost, .refusePost:
                try require(!isAnswered, "a second answer")
                isAnswered = true
                if case .refusePost(let refusal) = action { seen.refusal = refusal }
            case .closed: seen.isOver = true
            default: throw Broken("\(action) of a POST")
            }
        }
        try require(isAnswered, "a POST is not answered")
        return seen
    }

    /// The packets of a POST are the same as text messages of a WebSocket.
    private static func checkMessages(of body: [UInt8], _ expected: EngineIOReference) throws(Broken) {
        var machine = try session(over: .websocket)
        var seen: [EngineIOReference.Message] = []
        for packet in body.split(separator: 0x1E, omittingEmptySubsequences: false) {
            machine.received(.text, ByteBuffer(bytes: packet), on: .carrier, now: .now)
            while let action = machine.nextAction() {
                guard case .message(let kind, let bytes) = action else { continue }
                seen.append(.init(kind: kind, bytes: Array(bytes.readableBytesView)))
            }
        }
        try require(seen == expected.messages, "over a WebSocket \(seen), by a POST \(expected.messages)")
    }

    /// What is sent in replies can be posted, and is the same.
    private static func checkReplies(_ messages: [EngineIOReference.Message]) throws(Broken) {
        var machine = try session(over: .polling)
        for message in messages {
            let bytes = ByteBuffer(bytes: message.bytes)
            machine.send(
                message.kind == .binary ? .binary(bytes) : .text(ByteBuffer(string: "4" + String(buffer: bytes)))
            )
        }
        var again: [EngineIOReference.Message] = []
        while machine.queuedPackets > 0 {
            try require(machine.poll(now: .now) == nil, "a GET is refused")
            guard case .answerPoll(let body) = machine.nextAction() else { throw Broken("a GET is not answered") }
            let bytes = Array(body.readableBytesView)
            try require(bytes.filter { $0 == 0x1E }.count < 16, "17 packets in a reply")
            var unbounded = settings
            unbounded.maxPayload = .max
            again += EngineIOReference.read(body: bytes, unbounded).messages
        }
        try require(again == messages, "replies say \(again), sent was \(messages)")
    }

    // MARK: Queries

    private static func checkQuery(_ query: String) throws(Broken) {
        let request = EngineIORequest(query: Substring(query))
        let expected = EngineIOReference.parameters(of: query)
        try require(request.namesSession == (expected["sid"] != nil), "names a session or not")
        try require(
            request.transport == expected["transport"].flatMap(EngineIOReference.transport),
            "another transport"
        )
        try require(request.isVersion4 == (expected["EIO"] == "4"), "another version")
        if let sid = request.sid {
            let isPlain = sid.text.utf8.allSatisfy { UTF8Reference.isText([$0]) && $0 != 0x25 && $0 > 0x2C }
            try require(
                sid.text == expected["sid"] && isPlain && (1...64).contains(sid.text.utf8.count),
                "an id of \(sid)"
            )
        }
        let decision = request.decide(method: "GET", isUpgrade: false, isKnown: false)
        let isRight =
            switch decision {
            case .handshake(let transport): transport == .polling && expected["sid"] == nil && request.isVersion4
            case .refuse: true
            case .poll, .post, .upgrade, .methodNotAllowed: false
            }
        try require(isRight, "\(decision) for nobody's request")
    }
}
