import CAASProtocol
import Chat
import Gateway
import NIOCore
import NIOHTTP1

/// A request by somebody who may make it, on its way to the chat service.
struct RESTCall: Sendable {
    let route: RESTRoute
    let caller: Caller
    /// Who acts.
    let actor: Actor
    /// The `Idempotency-Key`, or one made here (R2).
    let frame: FrameID
    /// The ids of the path as they stand there.
    let ids: [String: String]
    let query: QueryString
    let request: PlainRequest
    /// Until when there must be an answer.
    let deadline: ContinuousClock.Instant
    let service: RESTService

    /// Asks the service, and answers with what an ack of the socket says.
    func perform(_ command: ChatRequest.Command) async throws(SpecError) -> PlainResponse {
        switch await service.perform(command, as: actor, frame: frame, until: deadline) {
        case .failure(let error): throw error
        case .success(let timestamp, let outcome):
            return PlainResponse(.success(timestamp: timestamp, outcome), location: location(of: outcome))
        }
    }

    /// What the service is asked for; what cannot be read counts against the rates as if it could (R1).
    func command(_ type: ClientEventType) -> ChatRequest.Command {
        var conversation: ConversationID?
        do throws(SpecError) {
            conversation = route.ids.contains("conversationId") ? try conversationID() : nil
            let payload = try payload()
            let frame = try ClientFrame(
                request: type,
                id: frame,
                conversationID: conversation,
                payload: payload.span.bytes
            )
            guard let command = ChatRequest.Command(try frame.event(in: payload.span.bytes)) else {
                throw SpecError(.invalidPayload, reason: "not_yet")
            }
            return command
        } catch {
            return .malformed(type, conversation, error)
        }
    }

    // MARK: Parts

    /// An id of the path, decoded.
    func id(_ name: String) throws(SpecError) -> String {
        guard let raw = ids[name], let id = PercentEncoding.decode(raw[...], plusIsSpace: false) else {
            throw SpecError(.invalidPayload, field: name, reason: "percent")
        }
        return id
    }

    func conversationID() throws(SpecError) -> ConversationID {
        guard let id = ConversationID(try id("conversationId")) else {
            throw SpecError(.invalidPayload, field: "conversationId")
        }
        return id
    }

    func userID() throws(SpecError) -> UserID {
        guard let id = UserID(try id("userId")) else { throw SpecError(.invalidPayload, field: "userId") }
        return id
    }

    func messageID() throws(SpecError) -> MessageID {
        guard let id = MessageID(try id("messageId")) else { throw SpecError(.invalidPayload, field: "messageId") }
        return id
    }

    /// The body: one JSON object of at most the bytes of a frame (R9).
    func body() throws(SpecError) -> JSONFragment {
        let body = try request.object(limit: service.bodyBytes)
        // No deeper than a frame's `data`, which stands one level further down (R6).
        _ = try JSONFragment(parsing: ([UInt8(ascii: "[")] + body.utf8 + [UInt8(ascii: "]")]).span.bytes)
        return body
    }

    /// The members of path, query and body in one object, as the socket has them in `data`.
    private func payload() throws(SpecError) -> [UInt8] {
        var members: [[UInt8]] = []
        for name in route.ids where name != "conversationId" {
            members.append(QueryParameter.text(name) + [UInt8(ascii: ":")] + QueryParameter.text(try id(name)))
        }
        for parameter in route.operation.query {
            guard let value = query[parameter.name] else { continue }
            members.append(QueryParameter.text(parameter.name) + [UInt8(ascii: ":")] + parameter.json(value))
        }
        if route.operation.body != nil {
            // A brace at each end; what stands between them may be nothing.
            let inner = try body().utf8.dropFirst().dropLast()
            if inner.contains(where: { $0 > UInt8(ascii: " ") }) { members.append(Array(inner)) }
        }
        return [UInt8(ascii: "{")] + members.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "}")]
    }

    /// Where what was made can be read; nil where nothing was.
    private func location(of outcome: Acknowledgement.Outcome) -> String? {
        switch outcome {
        case .created(let id, existing: false, duplicate: false): "/v1/conversations/\(id)"
        case .sent(let id, _, _, duplicate: false):
            (try? conversationID()).map { "/v1/conversations/\($0)/messages/\(id)" }
        default: nil
        }
    }
}
