import EngineIOWire
import Foundation

/// Engine.IO v4 put down without regard to cost: what the machine is held against.
struct EngineIOReference: Hashable {
    struct Message: Hashable {
        let kind: EngineIOMachine.Kind
        let bytes: [UInt8]
    }

    var messages: [Message]
    /// Of the POST that brought them.
    var refusal: EngineIORefusal?
    /// Whether the session has ended.
    var isOver: Bool

    static func read(body: [UInt8], _ settings: EngineIOSettings) -> EngineIOReference {
        guard body.count <= settings.maxPayload else { return EngineIOReference(refused: .tooLarge, isOver: false) }
        let packets = body.split(separator: 0x1E, omittingEmptySubsequences: false)
        guard packets.count <= settings.packetsPerPayload, UTF8Reference.isText(body) else {
            return EngineIOReference(refused: .fault(.badRequest), isOver: true)
        }
        var read = EngineIOReference(messages: [], isOver: false)
        for packet in packets {
            switch packet.first {
            case UInt8(ascii: "4"): read.messages.append(Message(kind: .text, bytes: Array(packet.dropFirst())))
            case UInt8(ascii: "b"):
                guard let bytes = bytes(base64: packet.dropFirst()) else { return read.refused }
                read.messages.append(Message(kind: .binary, bytes: bytes))
            case UInt8(ascii: "3"): continue
            case UInt8(ascii: "6") where packet.count == 1: continue
            case UInt8(ascii: "1") where packet.count == 1:
                read.isOver = true
                return read
            default: return read.refused
            }
        }
        return read
    }

    /// The first value of each parameter as it stands.
    static func parameters(of query: String) -> [String: String] {
        var parameters: [String: String] = [:]
        for parameter in query.unicodeScalars.split(separator: "&") {
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(String.UnicodeScalarView(parts[0]))
            let value = parts.count > 1 ? String(String.UnicodeScalarView(parts[1])) : ""
            if parameters[name] == nil { parameters[name] = value }
        }
        return parameters
    }

    static func transport(_ name: String) -> EngineIOTransport? {
        ["polling": EngineIOTransport.polling, "websocket": .websocket][name]
    }

    private var refused: EngineIOReference {
        EngineIOReference(messages: messages, refusal: .fault(.badRequest), isOver: true)
    }

    init(messages: [Message], refusal: EngineIORefusal? = nil, isOver: Bool) {
        self.messages = messages
        self.refusal = refusal
        self.isOver = isOver
    }

    private init(refused refusal: EngineIORefusal, isOver: Bool) {
        self.init(messages: [], refusal: refusal, isOver: isOver)
    }

    /// Foundation passes over more than it should, so what it reads must be written the same.
    private static func bytes(base64 text: ArraySlice<UInt8>) -> [UInt8]? {
        guard let data = Data(base64Encoded: Data(text)), Array(data.base64EncodedData()) == Array(text) else {
            return nil
        }
        return Array(data)
    }
}
