import CAASProtocol
import Foundation

/// A whole client frame as `Codable` reads it.
struct CodableFrame<Payload: CodablePayload>: Decodable {
    let id: Ruled<FrameName>
    let type: String
    let version: Whole?
    let tenantId: Ruled<ConversationName>?
    let conversationId: Ruled<ConversationName>?
    let timestamp: Double?
    let ack: Bool?
    let data: Place?
    let payload: Payload

    /// Where the data says that it belongs.
    struct Place: Decodable {
        let conversationId: Ruled<ConversationName>?
    }

    private enum CodingKeys: CodingKey {
        case id, type, version, tenantId, conversationId, timestamp, ack, data
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        id = try members.decode(Ruled<FrameName>.self, forKey: .id)
        type = try members.decode(String.self, forKey: .type)
        version = try members.decodeIfPresent(Whole.self, forKey: .version)
        tenantId = try members.decodeIfPresent(Ruled<ConversationName>.self, forKey: .tenantId)
        conversationId = try members.decodeIfPresent(Ruled<ConversationName>.self, forKey: .conversationId)
        timestamp = try members.decodeIfPresent(Double.self, forKey: .timestamp)
        ack = try members.decodeIfPresent(Bool.self, forKey: .ack)
        data = try members.decodeIfPresent(Place.self, forKey: .data)
        // No data at all, or null, is data without members.
        payload =
            try members.decodeIfPresent(Payload.self, forKey: .data)
            ?? JSONDecoder().decode(Payload.self, from: Data("{}".utf8))
    }

    /// What the frame asks for; throws where it is not acceptable.
    static func read(_ bytes: [UInt8], as type: ClientEventType) throws -> (event: ClientEvent, metadata: AnyJSON?) {
        // Members that nobody knows must be JSON too, and the decoder looks only at those it is asked for.
        _ = try JSONDecoder().decode(AnyJSON.self, from: Data(bytes))
        let frame = try JSONDecoder().decode(Self.self, from: Data(bytes))
        guard frame.type == type.rawValue, frame.version?.value ?? 1 == 1 else { throw Refused() }
        let outer = try frame.conversationId?.conversationID()
        let inner = try frame.data?.conversationId?.conversationID()
        guard outer == nil || inner == nil || outer == inner else { throw Refused() }
        return (try frame.payload.event(in: outer ?? inner), frame.payload.kept)
    }
}
