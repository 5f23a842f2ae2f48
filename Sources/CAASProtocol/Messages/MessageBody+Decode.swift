extension MessageBody {
    /// Reads content, type, attachments, mentions, metadata and threadId, in this order (R9, R17).
    init(_ data: MemberTokens<DataMember>, limits: FrameLimits, _ bytes: RawSpan) throws(SpecError) {
        let content = try data.text(.content, bytes: limits.contentBytes, bytes) ?? ""
        if content.isEmpty, try !data[.attachments].hasElements(bytes) { throw .missing(data.path(.content)) }
        let type = try Self.type(data, bytes)
        self.init(type: type, content: content)
        try readExtras(data, limits: limits, bytes)
    }

    /// Reads everything but content and type.
    mutating func readExtras(
        _ data: MemberTokens<DataMember>,
        limits: FrameLimits,
        _ bytes: RawSpan
    ) throws(SpecError) {
        if let list = try data.list(.attachments, bytes) {
            guard list.count <= limits.attachments else {
                throw .tooMany(data.path(.attachments), limit: limits.attachments, size: list.count)
            }
            for (place, token) in list.enumerated() {
                let prefix = "\(data.path(.attachments))[\(place)]."
                attachments.append(try Attachment(token, prefix: prefix, limits: limits, bytes))
            }
        }
        mentions = try data.users(.mentions, limit: limits.mentions, bytes) ?? []
        metadata = try data.object(.metadata, bytes: limits.metadataBytes, bytes)
        threadID = try data.id(.threadId, bytes)
    }

    private static func type(_ data: MemberTokens<DataMember>, _ bytes: RawSpan) throws(SpecError) -> String {
        guard let type = try data.text(.type, bytes) else { return "text" }
        guard isSendable(type: type) else { throw .invalid(data.path(.type)) }
        return type
    }

    /// Whether a client may send messages of this type: `system` and `call` are the server's own (R17).
    static func isSendable(type: String) -> Bool {
        switch type {
        case "text", "image", "file", "audio", "video", "location", "encrypted": true
        default: type.utf8.starts(with: "custom:".utf8) && FrameID(String(type.utf8.dropFirst(7)) ?? "") != nil
        }
    }
}

extension JSONToken {
    /// Whether this is an array with something in it.
    fileprivate func hasElements(_ bytes: RawSpan) throws(SpecError) -> Bool {
        guard kind == .array else { return false }
        return try !elements(bytes).isEmpty
    }
}
