import CAASProtocol
import WebSocketWire

/// What a gateway did on one connection, in a form that two runs can be compared in.
struct GatewayTranscript: Hashable, CustomStringConvertible {
    /// One answer, interim ones too.
    struct Response: Hashable {
        var status: Int
        var fields: [[String]]
        var body: [UInt8]
        var closes: Bool { fields.contains(["Connection", "close"]) }
    }

    /// The statuses there are: the gateway's own, and the responder's.
    private static let statuses: Set = [100, 101, 207, 400, 403, 405, 413, 414, 421, 426, 431, 501, 503, 505]
    /// The fields that answers may have.
    private static let names: Set = [
        "Content-Length", "Content-Type", "Connection", "Upgrade", "Allow", "Sec-WebSocket-Version",
        "Sec-WebSocket-Accept", "Sec-WebSocket-Protocol", "Cache-Control", "Retry-After",
    ]

    let requests: [Requests.Request]
    private(set) var responses: [Response] = []
    /// One text for each frame after an upgrade, without what differs from run to run.
    private(set) var frames: [String] = []
    let outboundBytes: Int
    let isClosed: Bool

    var isUpgraded: Bool { responses.last?.status == 101 }

    var description: String {
        let answers = responses.map { "\($0.status) \($0.fields) \($0.body.count)" }
        return "requests \(requests) answers \(answers) frames \(frames) \(isClosed ? "closed" : "open")"
    }

    /// Reads all that was sent, as strictly as can be.
    init(requests: [Requests.Request], outbound: [UInt8], isClosed: Bool) throws(Broken) {
        self.requests = requests
        self.isClosed = isClosed
        outboundBytes = outbound.count
        var rest = outbound[...]
        while !rest.isEmpty, !isUpgraded { responses.append(try Self.response(&rest)) }
        while !rest.isEmpty {
            let frame = try WrittenFrame(openingOf: rest, by: .server)
            frames.append(try Self.text(of: frame))
            rest = rest.dropFirst(frame.count)
        }
    }

    private static func response(_ rest: inout ArraySlice<UInt8>) throws(Broken) -> Response {
        var lines: [String] = []
        repeat {
            guard let end = rest.firstIndex(of: 0x0D), rest.dropFirst(end - rest.startIndex + 1).first == 0x0A else {
                throw Broken("no end of a line in \(String(decoding: rest, as: UTF8.self))")
            }
            lines.append(String(decoding: rest[..<end], as: UTF8.self))
            rest = rest[(end + 2)...]
        } while lines.last != ""
        lines.removeLast()
        let first = lines.first?.split(separator: " ", maxSplits: 2) ?? []
        guard first.count == 3, ["HTTP/1.0", "HTTP/1.1"].contains(first[0]), let status = Int(first[1]) else {
            throw Broken("no status line: \(lines)")
        }
        try require(statuses.contains(status), "answers with \(status)")
        var response = Response(status: status, fields: [], body: [])
        for line in lines.dropFirst() {
            guard let colon = line.firstRange(of: ": ") else { throw Broken("no field: \(line)") }
            let name = String(line[..<colon.lowerBound])
            try require(names.contains(name) && line.isPrintable, "answers with \(line)")
            response.fields.append([name, String(line[colon.upperBound...])])
        }
        try require(Set(response.fields.map { $0[0] }).count == response.fields.count, "a field twice: \(response)")
        guard status >= 200 else { return response }
        guard let length = response.fields.first(where: { $0[0] == "Content-Length" }).flatMap({ Int($0[1]) }) else {
            throw Broken("an answer without its length: \(response)")
        }
        // The answer to a HEAD has a length and no body; no body of ours begins like an answer.
        if rest.isEmpty || rest.starts(with: Array("HTTP/1.".utf8)) { return response }
        try require(rest.count >= length, "a body of \(rest.count) bytes instead of \(length)")
        response.body = Array(rest.prefix(length))
        rest = rest.dropFirst(length)
        return response
    }

    private static func text(of frame: WrittenFrame) throws(Broken) -> String {
        // Every text is a frame of ours, or the echo of any.
        guard frame.opcode == 1 else { return "\(frame.opcode) \(frame.payload)" }
        do throws(FrameRefusal) {
            let received = try ReceivedFrame.scan(frame.payload.span.bytes)
            return "\(received.type) \(received.replyTo?.rawValue ?? "-") \(received.data?.text ?? "-")"
        } catch {
            return "1 \(frame.payload)"
        }
    }
}
