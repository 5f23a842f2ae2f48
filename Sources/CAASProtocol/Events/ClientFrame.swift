/// The envelope of one client frame, scanned strictly (design §1, R1, R5–R9).
///
/// Its payload stays where it is: ``event(in:limits:)`` wants the same bytes again.
public struct ClientFrame: Sendable {
    /// The client's name for the frame.
    public let id: FrameID
    /// What the client asks for.
    public let type: ClientEventType
    /// Where; from the frame or from its data (R7).
    public let conversationID: ConversationID?
    /// The tenant that the frame names; where one was given to ``scan(_:tenant:limits:)``, the same.
    public let tenantID: TenantID?
    /// Whether an acknowledgement is asked for (R11).
    public let wantsAck: Bool
    /// The client's clock in Unix milliseconds, where it is an integer (R4).
    public let clientTimestamp: Int64?

    let replyTo: JSONToken
    let payload: JSONToken
    let data: MemberTokens<DataMember>

    /// Reads one frame with the checks and their order of R1, up to the mismatch of conversations.
    ///
    /// - Parameters:
    ///   - tenant: The session's tenant, where it is known; a frame that names another one is refused (R7).
    ///   - event: The name of the Socket.IO event that the frame came in: it stands for the type, and with it the frame
    ///     may go without an id where none is needed for idempotency.
    public static func scan(
        _ bytes: RawSpan,
        tenant: TenantID?,
        event: String? = nil,
        limits: FrameLimits = FrameLimits()
    ) throws(FrameRefusal) -> ClientFrame {
        var envelope = Envelope()
        do throws(JSONFault) {
            try envelope.read(bytes, limits: .init(depth: limits.depth, members: limits.members))
        } catch {
            throw envelope.refusal(error, bytes)
        }
        do throws(SpecError) {
            return try ClientFrame(envelope, tenant: tenant, event: event, bytes)
        } catch {
            throw envelope.refusal(error, bytes)
        }
    }

    /// The id and the wish for an acknowledgement of a frame that is too large to be read.
    ///
    /// - Parameter bytes: The frame's opening, of which the first 4 KiB count (R6).
    public static func identify(opening bytes: RawSpan) -> (id: FrameID?, wantsAck: Bool) {
        let opening = FrameOpening(bytes)
        return (opening.id, opening.wantsAck)
    }

    private init(
        _ envelope: borrowing Envelope,
        tenant: TenantID?,
        event: String?,
        _ bytes: RawSpan
    ) throws(SpecError) {
        type = try Self.type(envelope.frame[.type], event: event, bytes)
        try envelope.checkVersion(bytes)
        let given: FrameID? = try envelope.frame.id(.id, bytes)
        let isNamed = event == nil || type.needsID
        id = try isNamed ? envelope.frame.required(.id, given) : given ?? .random()
        tenantID = try Self.tenantID(envelope.frame, tenant: tenant, bytes)
        conversationID = try envelope.conversationID(bytes)
        clientTimestamp = try Self.timestamp(envelope.frame[.timestamp], bytes)
        wantsAck = try envelope.frame.flag(.ack) ?? false
        replyTo = envelope.frame[.replyTo]
        payload = envelope.frame[.data]
        data = envelope.data
    }

    private static func type(
        _ token: JSONToken,
        event: String?,
        _ bytes: RawSpan
    ) throws(SpecError) -> ClientEventType {
        if let event {
            guard token.isMissing || token.isString else { throw .invalid("type") }
            guard token.isMissing || token.text(bytes).utf8.elementsEqual(event.utf8) else {
                throw .invalid("type", reason: "type_mismatch")
            }
            guard let type = ClientEventType(rawValue: event) else { throw .invalid("type", reason: "unknown_type") }
            return type
        }
        guard !token.isMissing else { throw .missing("type") }
        guard token.isString else { throw .invalid("type") }
        guard let type = ClientEventType.named(token, bytes) else {
            throw .invalid("type", reason: "unknown_type")
        }
        return type
    }

    private static func tenantID(
        _ frame: MemberTokens<EnvelopeMember>,
        tenant: TenantID?,
        _ bytes: RawSpan
    ) throws(SpecError) -> TenantID? {
        guard let text = try frame.text(.tenantId, bytes) else { return nil }
        guard let tenant else { return try frame.id(.tenantId, bytes) }
        guard TenantID(text) == tenant else {
            throw SpecError(.forbidden, field: "tenantId", reason: "tenant_mismatch")
        }
        return tenant
    }

    /// Any number is accepted, but only an integer is kept (R4).
    private static func timestamp(_ token: JSONToken, _ bytes: RawSpan) throws(SpecError) -> Int64? {
        guard !token.isMissing else { return nil }
        guard token.has(.number) else { throw .invalid("timestamp") }
        return token.integer(bytes)
    }
}
