/// The members of an attachment (R17).
enum AttachmentMember: UInt8, MemberName {
    case url, attachmentId, name, mimeType, size, width, height, duration, thumbnailUrl, metadata

    static let spellings: [StaticString] = [
        "url", "attachmentId", "name", "mimeType", "size", "width", "height", "duration", "thumbnailUrl", "metadata",
    ]
}

extension Attachment {
    /// Reads one element of `attachments`; `prefix` is its path with a dot.
    init(_ token: JSONToken, prefix: String, limits: FrameLimits, _ bytes: RawSpan) throws(SpecError) {
        let members = try token.members(of: AttachmentMember.self, prefix: prefix, bytes)
        let url = try members.url(.url, limits: limits, bytes)
        let attachmentID = try members.text(.attachmentId, bytes)
        if let attachmentID, !IdentifierPattern.conversation.matches(attachmentID) {
            throw .invalid(members.path(.attachmentId))
        }
        guard (url == nil) != (attachmentID == nil) else { throw .invalid(String(prefix.dropLast())) }
        self.init(
            url: url,
            attachmentID: attachmentID,
            name: try members.text(.name, bytes),
            mimeType: try members.text(.mimeType, bytes),
            size: try members.integer(.size, from: 0, bytes),
            width: try members.integer(.width, from: 0, bytes),
            height: try members.integer(.height, from: 0, bytes),
            duration: try members.integer(.duration, from: 0, bytes),
            thumbnailURL: try members.url(.thumbnailUrl, limits: limits, bytes),
            metadata: try members.object(.metadata, bytes: limits.metadataBytes, bytes)
        )
    }
}

extension MemberTokens<AttachmentMember> {
    /// An absolute http or https URL with something behind the slashes, without white space or control characters.
    fileprivate func url(
        _ name: AttachmentMember,
        limits: FrameLimits,
        _ bytes: RawSpan
    ) throws(SpecError) -> String? {
        guard let text = try text(name, characters: limits.urlCharacters, bytes) else { return nil }
        let scheme = text.utf8.prefix { $0 != UInt8(ascii: ":") }
        let rest = text.utf8[scheme.endIndex...]
        guard ["http", "https"].contains(Substring(scheme).lowercased()), rest.starts(with: "://".utf8),
            let host = rest.dropFirst(3).first, !"/?#".utf8.contains(host),
            rest.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { throw .invalid(path(name)) }
        return text
    }
}
