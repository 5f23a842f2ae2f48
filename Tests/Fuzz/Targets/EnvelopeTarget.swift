import CAASProtocol

/// One frame of a client, or of the service: its envelope, its payload, and what is answered where it is refused.
enum EnvelopeTarget {
    /// Bytes within which a frame that cannot be read is named (R6).
    private static let openingBytes = 4_096
    private static let tenant = TenantID("acme")

    static func run(_ input: [UInt8]) throws(Broken) {
        for tenant in [nil, tenant] {
            switch scan(input, tenant) {
            case .success(let frame):
                try checkNames(of: frame, tenant, input)
                try checkPayload(of: frame, tenant, input)
            case .failure(let refusal): try check(refusal, input)
            }
        }
        switch Result(catching: { () throws(FrameRefusal) in try ReceivedFrame.scan(input.span.bytes) }) {
        case .success(let frame): try checkText(input, id: frame.id, type: frame.type)
        case .failure(let refusal): try check(refusal, input)
        }
    }

    private static func scan(_ bytes: [UInt8], _ tenant: TenantID?) -> Result<ClientFrame, FrameRefusal> {
        Result { () throws(FrameRefusal) in try ClientFrame.scan(bytes.span.bytes, tenant: tenant) }
    }

    private static func payload(of frame: ClientFrame, _ bytes: [UInt8]) -> Result<ClientEvent, SpecError> {
        Result { () throws(SpecError) in try frame.payload(in: bytes.span.bytes) }
    }

    // MARK: Accepted

    private static func checkNames(of frame: ClientFrame, _ tenant: TenantID?, _ input: [UInt8]) throws(Broken) {
        try checkText(input, id: frame.id.rawValue, type: frame.type.rawValue)
        try require(tenant == nil || frame.tenantID == nil || frame.tenantID == tenant, "takes another tenant's frame")
        guard input.count <= openingBytes else { return }
        let (id, wantsAck) = ClientFrame.identify(opening: input.span.bytes)
        try require(id == frame.id && wantsAck == frame.wantsAck, "its opening says \(id as Any) \(wantsAck)")
    }

    /// Foundation finds an object with the same name and type.
    private static func checkText(_ input: [UInt8], id: String, type: String) throws(Broken) {
        guard FoundationJSON.isComparable(input) else { return }
        guard case .object(let members) = FoundationJSON.value(input) else {
            throw Broken("Foundation finds no object")
        }
        try require(members[Array("id".utf8)] == .text(Array(id.utf8)), "to Foundation the id is another")
        try require(members[Array("type".utf8)] == .text(Array(type.utf8)), "to Foundation the type is another")
    }

    private static func checkPayload(of frame: ClientFrame, _ tenant: TenantID?, _ input: [UInt8]) throws(Broken) {
        let payload = payload(of: frame, input)
        if case .failure(let error) = payload { try check(error, replyTo: frame.id) }
        let event = Result { () throws(SpecError) in try frame.event(in: input.span.bytes) }
        try require(event == payload || event == .success(.notYet(frame.type)), "\(event) instead of \(payload)")
        // One more member that nobody knows, and white space, change nothing.
        let start = input.firstIndex(of: UInt8(ascii: "{")).map { $0 + 1 } ?? 0
        var wider = Array("\r\n\t ".utf8) + input[..<start] + Array(#""é\u0041":[{"":-0.5e+1},null],"#.utf8)
        wider += input[start...] + [UInt8(ascii: " ")]
        switch scan(wider, tenant) {
        case .failure(let refusal):
            try require(refusal.error.reason == "members", "refused with one more member: \(refusal)")
        case .success(let other):
            let isSame = other.id == frame.id && other.type == frame.type && other.wantsAck == frame.wantsAck
            try require(isSame && other.conversationID == frame.conversationID, "one more member makes it \(other)")
            let again = Self.payload(of: other, wider)
            try require(again == payload, "one more member makes \(again) of \(payload)")
        }
        try checkCanonical(payload, tenant, input)
    }

    /// All spellings of a message have one canonical form (R2).
    private static func checkCanonical(
        _ payload: Result<ClientEvent, SpecError>,
        _ tenant: TenantID?,
        _ input: [UInt8]
    ) throws(Broken) {
        guard case .success(.messageSend(let message)) = payload else { return }
        let fragment = Result { () throws(SpecError) in try JSONFragment(parsing: input.span.bytes) }
        guard case .success(let fragment) = fragment else { throw Broken("a frame that is no JSON: \(fragment)") }
        let canonical = fragment.canonicalForm()
        guard case .success(let frame) = scan(canonical, tenant) else { throw Broken("its canonical form is refused") }
        // Only what is kept as sent may be shorter or longer, and so too large, when spelled anew.
        guard case .success(.messageSend(let other)) = Self.payload(of: frame, canonical) else { return }
        try require(other.canonicalForm() == message.canonicalForm(), "two canonical forms: \(message), \(other)")
    }

    // MARK: Refused

    private static func check(_ refusal: FrameRefusal, _ input: [UInt8]) throws(Broken) {
        try check(refusal.error, replyTo: refusal.replyTo)
        guard input.count <= openingBytes else { return }
        let (id, wantsAck) = ClientFrame.identify(opening: input.span.bytes)
        let isSame = refusal.replyTo == id && refusal.wantsAck == wantsAck
        try require(isSame, "\(refusal) is named \(id as Any) \(wantsAck)")
    }

    /// What is answered is short, plain, and a frame that a client can read.
    static func check(_ error: SpecError, replyTo: FrameID?) throws(Broken) {
        for text in [error.message, error.field, error.reason] {
            let isPlain = text?.utf8.allSatisfy { (0x20...0x7E).contains($0) } ?? true
            try require(isPlain && (text?.utf8.count ?? 0) <= 200, "an error says \(text ?? "")")
        }
        var maker = UUIDv7.Maker()
        var bytes: [UInt8] = []
        ServerFrame(id: maker.next(now: 1), timestamp: 1, replyTo: replyTo, event: .error(error))
            .encode(into: &bytes)
        try require(bytes.count <= 1_024, "an error of \(bytes.count) bytes")
        switch Result(catching: { () throws(FrameRefusal) in try ReceivedFrame.scan(bytes.span.bytes) }) {
        case .success(let frame): try require(frame.type == "error" && frame.replyTo == replyTo, "reads as \(frame)")
        case .failure(let refusal): throw Broken("the answer cannot be read: \(refusal)")
        }
    }
}
