import CAASProtocol
import Testing

@testable import Chat

/// What suites of files say to a service.
protocol FileWords {
    var chat: Transcript { get }
}

extension FileWords {
    var hash: [UInt8] { Array(repeating: 7, count: 32) }

    func begin(
        _ conversation: String,
        name: String = "a.png",
        mimeType: String = "image/png",
        size: Int64 = 100_000,
        sha256: String? = nil,
        chunkSize: Int64 = 65_536
    ) throws -> ChatRequest.Command {
        .beginFile(
            FileBegin(
                conversationID: try .named(conversation),
                name: name,
                mimeType: mimeType,
                size: size,
                sha256: sha256,
                chunkSize: chunkSize
            )
        )
    }

    func begun(_ actor: Actor, _ command: ChatRequest.Command, in chat: Transcript? = nil) throws -> FileID {
        guard case .uploading(let file, 0, 32, false) = try (chat ?? self.chat).outcome(actor, command) else {
            throw Unexpected(what: "no file")
        }
        return file
    }

    func step(_ file: FileID, _ kind: FileStep.Kind, received: Int64 = 0) -> ChatRequest.Command {
        .fileStep(FileStep(file: file, received: received, kind: kind))
    }

    /// A file of the room that has arrived.
    func arrived(_ actor: Actor, in room: String = "room") throws -> FileID {
        let file = try begun(actor, begin(room))
        _ = try chat.outcome(actor, step(file, .complete(sha256: hash)))
        return file
    }

    func sending(_ attachments: [CAASProtocol.Attachment], to room: String = "room") throws
        -> ChatRequest.Command
    {
        let message = MessageSend(conversationID: try .named(room), body: MessageBody(attachments: attachments))
        return .send(message, hash: message.contentHash)
    }

    func remains() throws -> [FileID] {
        try chat.storage.read { store in
            let late = try store.lateFiles(at: chat.time, limit: 100)
            return late + (try store.remains(behind: 0, limit: 100)).map(\.file)
        }
    }

    func room(_ members: String...) throws -> [Actor] {
        let actors = try members.map { try chat.connect($0) }
        for actor in actors { _ = try chat.outcome(actor, .join(.named("room"))) }
        return actors
    }
}

extension Acknowledgement {
    func isFailure(_ code: ErrorCode) -> Bool {
        if case .failure(let error) = self { error.code == code } else { false }
    }
}
