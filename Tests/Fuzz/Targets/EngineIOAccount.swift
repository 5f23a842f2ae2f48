import EngineIOWire
import NIOCore

/// What a session owes, kept by its caller.
struct EngineIOAccount {
    var holdsPoll = false
    var posting = EngineIOLife.Posting.none
    var isOnSocket = false
    var hasCandidate = false { didSet { if !hasCandidate { isProbed = false } } }
    private var isProbed = false
    /// We closed it, and it takes no messages any more.
    var hasClosed = false
    /// Something happened that must end it.
    var isEnding = false
    private(set) var isOver = false

    /// Packets in their polling form that are to arrive, each with whether it belongs to the one before.
    private var sent: [(text: String, follows: Bool)] = []
    /// Messages that are to come, each with whether a POST brought it.
    private var coming: [(message: EngineIOReference.Message, wasPosted: Bool)] = []

    /// Whether something that was said has not arrived.
    var isOwed: Bool { !sent.isEmpty || !coming.isEmpty }

    mutating func expectPosted(_ messages: [EngineIOReference.Message]) {
        coming += messages.map { ($0, true) }
    }

    mutating func expect(_ message: EngineIOReference.Message) {
        coming.append((message, false))
    }

    mutating func expectSent(_ messages: [EngineIOMachine.Outgoing]) {
        guard !hasClosed, !isOver else { return }
        for (place, message) in messages.enumerated() {
            sent.append((String(buffer: EngineIOPayload.join([message])), place > 0))
        }
    }

    /// What holds whenever nothing is left to be pulled.
    func check(isDirect: Bool, queued: Int) throws(Broken) {
        try require(!isEnding || isOver, "it goes on")
        try require(!isOver || !isDirect, "writes past a session that has ended")
        try require(
            isDirect == (isOnSocket && !isOver),
            "direct or not while \(isOnSocket ? "on a WebSocket" : "polling")"
        )
        try require(!isOnSocket || queued == 0, "something waits for a GET on a WebSocket")
        try require(!holdsPoll || queued == 0, "a GET is held while something waits for it")
        try require(!holdsPoll || !isProbed, "a GET is held between probe and upgrade")
    }

    mutating func take(_ action: EngineIOMachine.Action, takesMessages: Bool) throws(Broken) {
        try require(!isOver, "\(action) after the end")
        switch action {
        case .message(let kind, let bytes):
            try takeMessage(kind, bytes, takesMessages: takesMessages)
        case .oversized(let kind, let size, let opening):
            try require(size == opening.readableBytes, "\(size) bytes instead of \(opening.readableBytes)")
            try takeMessage(kind, opening, takesMessages: takesMessages)
        case .answerPoll(let body):
            try require(holdsPoll, "an answer to no GET")
            holdsPoll = false
            try takeReply(String(buffer: body))
        case .refusePoll:
            try require(holdsPoll && sent.isEmpty, "refuses a GET that has an answer")
            holdsPoll = false
        case .answerPost:
            try require(posting == .taken, "an answer to no POST")
            posting = .none
            if hasClosed { coming.removeAll(where: \.wasPosted) }
            try require(!coming.contains(where: \.wasPosted), "a POST is answered too early")
        case .refusePost:
            try require(posting == .taken, "an answer to no POST")
            posting = .none
        case .write(.candidate, let kind, let bytes):
            try require(hasCandidate && kind == .text && String(buffer: bytes) == "3probe", "no answer to a probe")
            isProbed = true
        case .write(.carrier, let kind, let bytes):
            try require(isOnSocket, "writes without a WebSocket")
            try takeSent(String(buffer: EngineIOPayload.join([kind == .text ? .text(bytes) : .binary(bytes)])))
        case .closeSocket(let socket, let code):
            try require(code == nil && (socket == .carrier ? isOnSocket : hasCandidate), "closes what is not there")
            if socket == .candidate { hasCandidate = false }
        case .promoted:
            try require(hasCandidate && isProbed && !isOnSocket, "nothing to promote")
            (hasCandidate, isOnSocket) = (false, true)
        case .closed:
            isOver = true
            try require(!holdsPoll && posting != .taken && !hasCandidate, "it ends and owes an answer")
        }
    }

    private mutating func takeMessage(
        _ kind: EngineIOMachine.Kind,
        _ bytes: ByteBuffer,
        takesMessages: Bool
    ) throws(Broken) {
        try require(takesMessages, "a message to who takes none")
        try require(!hasClosed && !coming.isEmpty, "a message of nobody")
        let next = coming.removeFirst()
        let message = EngineIOReference.Message(kind: kind, bytes: Array(bytes.readableBytesView))
        try require(message == next.message, "\(message) instead of \(next.message)")
    }

    private mutating func takeReply(_ body: String) throws(Broken) {
        let packets = body.split(separator: "\u{1E}", omittingEmptySubsequences: false).map(String.init)
        try require(packets.count <= 16, "\(packets.count) packets in a reply")
        try require(!packets.contains("6") || packets.count == 1, "a noop with others")
        for packet in packets where packet != "6" && packet != "1" { try takeSent(packet) }
        try require(!packets.dropLast().contains("1"), "something behind the close")
        try require(sent.first?.follows != true, "a message without its attachments")
    }

    private mutating func takeSent(_ packet: String) throws(Broken) {
        guard packet != "2" else { return }
        try require(sent.first?.text == packet, "\(packet) instead of \(sent.first?.text ?? "nothing")")
        sent.removeFirst()
    }
}
