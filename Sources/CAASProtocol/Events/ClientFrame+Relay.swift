/// What the service passes on: own events, media and files.
extension ClientFrame {
    func eventSend(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> EventSend {
        let conversationID = try conversation()
        let rare = try rare(bytes)
        let name = try data.required(.name, try data.text(.name, bytes))
        guard IdentifierPattern.frame.matches(name) else { throw .invalid(data.path(.name)) }
        let payload = try rare.required(.payload, try rare.json(.payload, bytes: limits.eventBytes, bytes))
        return EventSend(conversationID: conversationID, name: name, payload: payload)
    }

    func mediaSubscription(_ bytes: RawSpan) throws(SpecError) -> MediaSubscription {
        let conversationID = try conversation()
        let rare = try rare(bytes)
        guard let list = try rare.list(.kinds, bytes) else { return MediaSubscription(conversationID: conversationID) }
        var kinds: [MediaPacket.Kind] = []
        for (place, token) in list.enumerated() {
            let name = token.isString ? token.text(bytes) : nil
            guard let kind = MediaPacket.Kind.allCases.first(where: { $0.name == name }) else {
                throw .invalid("\(rare.path(.kinds))[\(place)]")
            }
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        return MediaSubscription(conversationID: conversationID, kinds: kinds)
    }

    func fileBegin(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> FileBegin {
        let conversationID = try conversation()
        let rare = try rare(bytes)
        let name = try data.required(.name, try data.text(.name, bytes))
        let mimeType = try rare.required(.mimeType, try rare.text(.mimeType, bytes))
        let size = try rare.required(.size, try rare.integer(.size, from: 0, bytes))
        guard size <= limits.fileBytes else {
            throw .tooLarge(rare.path(.size), limit: limits.fileBytes, size: Int(size))
        }
        let sha256 = try rare.text(.sha256, bytes)
        let chunkSize = try rare.integer(.chunkSize, from: 1, bytes)
        return FileBegin(
            conversationID: conversationID,
            name: name,
            mimeType: mimeType,
            size: size,
            sha256: sha256,
            chunkSize: chunkSize ?? 65_536
        )
    }

    func fileResume(_ bytes: RawSpan) throws(SpecError) -> FileResume {
        let rare = try rare(bytes)
        let fileID: FileID = try rare.required(.fileId, try rare.id(.fileId, bytes))
        return FileResume(fileID: fileID, conversationID: conversationID)
    }
}
