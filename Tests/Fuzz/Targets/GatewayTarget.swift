import NIOCore

/// The gateway's port: bytes go through the whole HTTP pipeline, and from an upgrade on through the WebSocket behind it.
///
/// An input's first byte says which gateway and whether the peer reads, the second with it how the rest is cut.
enum GatewayTarget {
    static func run(_ input: [UInt8]) throws(Broken) {
        guard input.count > 2 else { return }
        let isPublic = input[0] & 1 == 1
        let isStuck = input[0] & 2 == 2
        let stream = Array(input[2...])
        var choices = Choices(input.prefix(2))
        let whole = try transcript(of: [stream], isPublic: isPublic, isStuck: isStuck)
        try check(whole, stream, isPublic: isPublic, isStuck: isStuck)
        let pieces = choices.pieces(of: stream)
        let cut = try transcript(of: pieces, isPublic: isPublic, isStuck: isStuck)
        try require(cut == whole, "in \(pieces.count) pieces \(cut)\nat once \(whole)")
    }

    private static func transcript(
        of pieces: [[UInt8]],
        isPublic: Bool,
        isStuck: Bool
    ) throws(Broken) -> GatewayTranscript {
        let connection = try GatewayConnection(isPublic: isPublic, isStuck: isStuck)
        for piece in pieces { connection.receive(piece) }
        return try connection.finish()
    }

    private static func check(
        _ transcript: GatewayTranscript,
        _ stream: [UInt8],
        isPublic: Bool,
        isStuck: Bool
    ) throws(Broken) {
        let answered = transcript.responses.filter { $0.status == GatewayConnection.responderStatus }
        try require(
            answered.count == transcript.requests.count,
            "\(transcript.requests.count) requests reached the responder, which gave \(answered.count) answers"
        )
        for request in transcript.requests {
            try require(request.hosts.count == 1 && isOurs(request.hosts[0], isPublic: isPublic), "takes \(request)")
            try require(!["/v1/socket", "/v1/echo"].contains(request.path), "\(request) is for a socket")
            try require(request.method != "CONNECT", "takes a CONNECT")
            try require(request.bodyBytes <= GatewayConnection.bodyBytes, "a body of \(request.bodyBytes) bytes")
        }
        let bodies = transcript.requests.reduce(0) { $0 + $1.bodyBytes }
        try require(bodies <= stream.count, "bodies of \(bodies) bytes come of \(stream.count)")
        if let last = transcript.responses.last, last.closes {
            try require(transcript.isClosed || isStuck, "stays open after \(last)")
        }
        let early = transcript.responses.dropLast().first { $0.closes || $0.status == 101 }
        try require(early == nil, "goes on after \(early as Any)")
        try require(transcript.isUpgraded || transcript.frames.isEmpty, "frames without an upgrade")
        try require(transcript.outboundBytes <= 4_096 + 24 * stream.count, "answers \(transcript.outboundBytes) bytes")
        if frames(bodyTwice: stream) {
            try require(transcript.requests.isEmpty && !transcript.isUpgraded, "takes a body framed in two ways")
        }
    }

    /// Whether a host is one that the gateway may answer for.
    private static func isOurs(_ host: String, isPublic: Bool) -> Bool {
        let host = host.lowercased()
        guard !isPublic else { return host.contains("chat.example") }
        return ["localhost", "127.", "[::1]"].contains { host.contains($0) }
    }

    /// Whether the first head says in two ways how long its body is: the shape that request smuggling takes.
    private static func frames(bodyTwice stream: [UInt8]) -> Bool {
        let text = String(decoding: stream, as: UTF8.self).lowercased()
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }.dropFirst()
        let names = lines.map { $0.prefix { $0 != ":" } }
        return names.contains("content-length") && names.contains("transfer-encoding")
    }
}
