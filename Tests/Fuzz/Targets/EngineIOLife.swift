import EngineIOWire
import NIOCore

/// A session, the client that may do anything at any time, and a caller that keeps account of both.
struct EngineIOLife {
    /// A POST, from the head that was taken to its answer.
    enum Posting {
        case none
        case begun
        case taken
    }

    private var machine: EngineIOMachine
    private var now = ContinuousClock.now
    private var account = EngineIOAccount()
    private var takesMessages = true
    private var number = 0

    init(over carrier: EngineIOTransport) throws(Broken) {
        machine = try EngineIOTarget.session(over: carrier)
        account.isOnSocket = carrier == .websocket
    }

    mutating func run(_ script: [UInt8]) throws(Broken) {
        for step in script {
            try act(step & 0x0F, Int(step >> 4))
            try settle()
        }
        takesMessages = true
        try settle()
        try finish()
    }

    /// One thing that happens; `choice` is one of 16.
    private mutating func act(_ action: UInt8, _ choice: Int) throws(Broken) {
        switch action {
        case 0: get()
        case 1:
            beginPost()
            post(choice)
        case 2: beginPost()
        case 3: post(choice)
        case 4: endPost(wasCut: choice == 15)
        case 5: if choice == 15 { cutPoll() } else { takesMessages.toggle() }
        case 6: send(group: 1)
        case 7: send(group: choice + 1)
        case 8: upgrade()
        case 9: onCandidate("2probe")
        case 10: onCandidate("5")
        case 11: choice < 8 ? onCandidate(["", "1", "4x", "3", "2", "6", "b", "2probe "][choice]) : loseCandidate()
        case 12: onCarrier(choice)
        case 13: try pass(choice)
        case 14: end(choice)
        default: takesMessages.toggle()
        }
    }

    private mutating func next() -> String {
        number += 1
        return "\(number)"
    }

    // MARK: Requests

    private mutating func get() {
        let wasHeld = account.holdsPoll
        guard machine.poll(now: now) == nil else {
            // A second one ends it, and the first is answered.
            if wasHeld { account.isEnding = true }
            return
        }
        account.holdsPoll = true
    }

    private mutating func cutPoll() {
        machine.pollCut()
        if account.holdsPoll { account.isEnding = true }
        account.holdsPoll = false
    }

    private mutating func beginPost() {
        guard machine.beginPost(now: now) == nil else { return }
        account.posting = .begun
    }

    private mutating func post(_ choice: Int) {
        var messages: [EngineIOReference.Message] = []
        var packets: [String] = []
        for place in 0...(choice % 4) {
            let text = next()
            packets.append(place == 2 ? "3" : "4" + text)
            if place != 2 { messages.append(.init(kind: .text, bytes: Array(text.utf8))) }
        }
        if choice == 14 { packets.append("1") }
        if choice == 15 { packets.append("2") }
        let body = ByteBuffer(string: packets.joined(separator: "\u{1E}"))
        guard machine.post(body, isBinary: choice == 13, now: now) == nil else { return }
        account.posting = .taken
        account.expectPosted(messages)
    }

    private mutating func endPost(wasCut: Bool) {
        if wasCut { machine.postCut() } else { machine.abandonPost() }
        if account.posting == .begun { account.posting = .none }
    }

    // MARK: WebSockets

    private mutating func upgrade() {
        guard machine.upgrade(now: now) else { return }
        account.hasCandidate = true
    }

    private mutating func onCandidate(_ text: String) {
        guard account.hasCandidate else { return }
        machine.received(.text, ByteBuffer(string: text), on: .candidate, now: now)
    }

    private mutating func loseCandidate() {
        guard account.hasCandidate else { return }
        account.hasCandidate = false
        machine.socketClosed(.candidate)
    }

    private mutating func onCarrier(_ choice: Int) {
        guard account.isOnSocket, !account.isOver else { return }
        let text = next()
        let isText = choice % 2 == 0
        switch choice {
        case 12...13: machine.received(.text, ByteBuffer(string: "3"), on: .carrier, now: now)
        case 14...15: machine.received(.text, ByteBuffer(string: choice == 14 ? "2" : "1"), on: .carrier, now: now)
        default:
            let bytes = ByteBuffer(string: isText ? "4" + text : text)
            let kind: EngineIOMachine.Kind = isText ? .text : .binary
            if choice < 10 {
                machine.received(kind, bytes, on: .carrier, now: now)
            } else {
                machine.discarded(kind, size: bytes.readableBytes, opening: bytes, on: .carrier, now: now)
            }
            account.expect(.init(kind: isText ? .text : .binary, bytes: Array(text.utf8)))
        }
    }

    // MARK: The service

    private mutating func send(group: Int) {
        let header = "4" + next()
        let attachments = (1..<group).map { _ in EngineIOMachine.Outgoing.binary(ByteBuffer(string: next())) }
        let messages = [.text(ByteBuffer(string: header))] + attachments
        if group == 1 { machine.send(messages[0]) } else { machine.send(messages) }
        account.expectSent(messages)
    }

    private mutating func end(_ choice: Int) {
        switch choice {
        case 15:
            machine.close(now: now, saysGoodbye: machine.queuedPackets % 2 == 0)
            account.hasClosed = true
        case 14 where account.isOnSocket: machine.socketClosed(.carrier)
        default: break
        }
    }

    private mutating func pass(_ choice: Int) throws(Broken) {
        now += [.zero, .milliseconds(1), .milliseconds(700), .seconds(5), .seconds(10), .seconds(26)][choice % 6]
        _ = machine.tick(now: now)
        try settle()
        let wait = machine.tick(now: now)
        try settle()
        guard let wait else { return try require(account.isOver, "no time is named, and nothing has ended") }
        try require(wait > .zero && wait <= .seconds(30), "waits \(wait)")
        try require(machine.tick(now: now) == wait, "another tick at the same moment says something else")
    }

    // MARK: Account

    private mutating func settle() throws(Broken) {
        while let action = machine.nextAction(takingMessages: takesMessages) {
            try account.take(action, takesMessages: takesMessages)
        }
        try account.check(isDirect: machine.isDirect, queued: machine.queuedPackets)
    }

    /// What was sent arrives, and then the session ends with everything answered.
    private mutating func finish() throws(Broken) {
        for _ in 0..<1_000 where !account.isOver && machine.queuedPackets > 0 {
            get()
            try settle()
        }
        try require(account.isOver || !account.isOwed, "something is lost: \(account)")
        try require(account.isOver || account.posting != .taken, "a POST is not answered")
        machine.close(now: now)
        account.hasClosed = true
        try settle()
        if !account.isOver {
            get()
            try settle()
        }
        // Who was told to give up polling gets the end by the WebSocket.
        if !account.isOver {
            onCandidate("5")
            try settle()
        }
        try require(account.isOver, "it does not end")
        try require(machine.tick(now: now) == nil, "time goes on after the end")
    }
}
