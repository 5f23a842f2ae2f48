import CAASProtocol
import Chat
import Gateway
import NIOCore
import NIOHTTP1

/// Files by HTTP (R53).
extension RESTCall {
    func fileID() throws(SpecError) -> FileID {
        guard let id = FileID(try id("fileId")) else { throw SpecError(.invalidPayload, field: "fileId") }
        return id
    }

    /// The file, if who asks may open it.
    private func file() async throws(SpecError) -> (FileID, FileSummary) {
        let id = try fileID()
        switch await service.perform(.read(.file(id)), as: actor, frame: frame, until: deadline) {
        case .success(_, .file(let file)): return (id, file)
        case .success: throw SpecError(.internalError)
        case .failure(let error): throw error
        }
    }

    /// The bytes of a file, or some of them.
    func download() async throws(SpecError) -> PlainResponse {
        let (id, file) = try await file()
        return FileAnswer.response(file, id, for: request.head, from: try service.transfer())
    }

    /// A link that opens a file without a token.
    func link() async throws(SpecError) -> PlainResponse {
        let (id, _) = try await file()
        let end = service.clock() + FileLinks.life.milliseconds
        var bytes = Array(#"{"url":"#.utf8)
        bytes += QueryParameter.text(service.links.url(of: id, tenant: actor.user.tenant, until: end))
        bytes += Array(#","expiresAt":\#(end)}"#.utf8)
        return .json(bytes)
    }

    /// Takes a file back that no message has: from the answer on nothing of it is left.
    func takeBack() async throws(SpecError) -> PlainResponse {
        let file: FileID
        do throws(SpecError) {
            file = try fileID()
        } catch {
            // What cannot be read counts against the rates as if it could (R1).
            return try await perform(.malformed(.fileBegin, nil, error))
        }
        let files = try service.transfer()
        _ = try await perform(.removeFile(file))
        await files.discard(file)
        return PlainResponse(status: .noContent, headers: ["Cache-Control": "no-store"])
    }

    /// The body becomes the file, or goes on with it.
    func upload() async throws(SpecError) -> PlainResponse {
        let (file, files) = (try fileID(), try service.transfer())
        guard actor.isUser else { throw SpecError(.missingField, field: "asUser") }
        let range = try ContentRange(request.head.headers)
        _ = try await perform(.rate(.fileBegin))
        return try await service.uploads.run(for: actor.user) { () async throws(SpecError) in
            let sender = actor.sending()
            let place = try await files.place(of: file, as: sender)
            // Whoever did not get the answer asks again.
            guard case .partial(let received, let size) = place, let offset = range.offset else {
                return answer(place)
            }
            try range.check(received: received, size: size)
            return answer(try await take(file, from: offset, of: size, as: sender, files))
        }
    }

    /// Writes the body behind the first `offset` bytes of a file.
    private func take(
        _ file: FileID,
        from offset: Int64,
        of size: Int64,
        as sender: Actor,
        _ files: any FileTransfer
    ) async throws(SpecError) -> FilePlace {
        var offset = offset
        do throws(SpecError) {
            while let piece = try await nextPiece() {
                if let whole = try await files.write(Array(piece.readableBytesView), to: file, at: offset, as: sender) {
                    return .whole(whole)
                }
                offset += Int64(piece.readableBytes)
            }
        } catch {
            // What has come stays, whatever ended it.
            try? await files.settle(file, as: sender)
            throw error
        }
        try await files.settle(file, as: sender)
        return .partial(received: offset, size: size)
    }

    private func nextPiece() async throws(SpecError) -> ByteBuffer? {
        do {
            return try await request.stream?.next()
        } catch {
            // Mostly nobody is there to read this.
            throw SpecError(.invalidPayload, reason: "body")
        }
    }

    private func answer(_ place: FilePlace) -> PlainResponse {
        switch place {
        case .whole(let file):
            return PlainResponse(.success(timestamp: service.clock(), .arrived(file)), location: nil)
        case .partial(let received, let size):
            return .json(
                Array(#"{"success":true,"timestamp":\#(service.clock()),"offset":\#(received),"size":\#(size)}"#.utf8)
            )
        }
    }
}
