import CAASProtocol

/// The payloads of R53.
extension CodablePayloads {
    static let files: [ClientEventType: any CodablePayload.Type] = [.fileBegin: Begin.self, .fileResume: Resume.self]

    private struct Begin: CodablePayload {
        let name: Ruled<AnyText>
        let mimeType: Ruled<AnyText>
        let size: Whole
        let sha256: Ruled<AnyText>?
        let chunkSize: Whole?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            guard size.value <= 104_857_600 else { throw Refused() }
            return .fileBegin(
                FileBegin(
                    conversationID: try found(conversation),
                    name: name.text,
                    mimeType: mimeType.text,
                    size: try size.from(0),
                    sha256: sha256?.text,
                    chunkSize: try chunkSize?.from(1) ?? 65_536
                )
            )
        }
    }

    private struct Resume: CodablePayload {
        let fileId: Ruled<FrameName>

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .fileResume(FileResume(fileID: try found(FileID(fileId.text)), conversationID: conversation))
        }
    }
}
