import EngineIOWire
import NIOCore

/// An action, with texts where it has bytes; and what a request was told at once.
enum Seen: Hashable {
    case message(String)
    case binaryMessage([UInt8])
    case oversized(EngineIOMachine.Kind, Int, String)
    /// The GET's answer, packet by packet.
    case polled([String])
    case refusedPoll(EngineIORefusal)
    case posted
    case refusedPost(EngineIORefusal)
    case refused(EngineIORefusal)
    case wrote(EngineIOMachine.Socket, String)
    case wroteBinary(EngineIOMachine.Socket, [UInt8])
    case closedSocket(EngineIOMachine.Socket, UInt16?)
    case promoted
    case closed(EngineIOMachine.CloseReason)

    init(_ action: EngineIOMachine.Action) {
        self =
            switch action {
            case .message(.text, let text): .message(String(buffer: text))
            case .message(.binary, let bytes): .binaryMessage(Array(bytes.readableBytesView))
            case .oversized(let kind, let size, let opening): .oversized(kind, size, String(buffer: opening))
            case .answerPoll(let body):
                .polled(
                    String(buffer: body).split(separator: Session.separator, omittingEmptySubsequences: false)
                        .map(String.init)
                )
            case .refusePoll(let refusal): .refusedPoll(refusal)
            case .answerPost: .posted
            case .refusePost(let refusal): .refusedPost(refusal)
            case .write(let socket, .text, let text): .wrote(socket, String(buffer: text))
            case .write(let socket, .binary, let bytes): .wroteBinary(socket, Array(bytes.readableBytesView))
            case .closeSocket(let socket, let code): .closedSocket(socket, code)
            case .promoted: .promoted
            case .closed(let reason): .closed(reason)
            }
    }
}
