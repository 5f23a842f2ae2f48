import NIOCore
import WebSocketWire

/// The form in which a connection is sent its frames.
///
/// The raw value is the name of the transport where it is told: in metrics and lists of connections.
enum WireForm: String, Hashable, Sendable, CaseIterable {
    /// The text of a plain WebSocket message.
    case plain = "websocket"
    /// A Socket.IO event, as the text of a WebSocket message or a packet of polling.
    case socketIO = "socketio"
}

/// One server frame, or several one after the other, in the forms in which somebody is sent it.
///
/// Each form is encoded once for all who get it.
struct EncodedFrame: Sendable {
    /// Which forms are made.
    struct Forms: OptionSet {
        let rawValue: UInt8

        static let plain = Forms(rawValue: 1)
        static let socketIO = Forms(rawValue: 2)
        /// Either of them compressed.
        static let deflated = Forms(rawValue: 4)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(_ form: WireForm) {
            switch form {
            case .plain: self = .plain
            case .socketIO: self = .socketIO
            }
        }
    }

    /// Whole WebSocket messages; empty where nobody wants this form.
    private(set) var plain = ByteBuffer()
    private(set) var socketIO = ByteBuffer()
    /// What may become of it while it waits for a slow reader; one that has a mark is alone.
    var mark: FrameMark?
    /// The same compressed; nil where nobody wants that, or it is not worth it.
    private var deflated: DeflatedFrame?

    /// Whether it looks otherwise to those who take it compressed.
    var isDeflated: Bool { deflated != nil }

    init() {}

    init(plain: ByteBuffer, socketIO: ByteBuffer, deflated: DeflatedFrame? = nil) {
        self.plain = plain
        self.socketIO = socketIO
        self.deflated = deflated
    }

    subscript(form: WireForm) -> ByteBuffer {
        switch form {
        case .plain: plain
        case .socketIO: socketIO
        }
    }

    /// What is sent to who takes texts that were compressed with a window of 2^`windowBits`; 0 is who takes none.
    func bytes(_ form: WireForm, windowBits: UInt8, _ deflater: Deflater) -> ByteBuffer {
        guard windowBits > 0, let deflated else { return self[form] }
        return deflated.message(self[form], form, windowBits: windowBits, deflater)
    }

    /// Adds what leaves right behind; of several frames only those themselves have compressed forms.
    mutating func append(_ later: EncodedFrame) {
        deflated = nil
        if later.plain.readableBytes > 0 { plain.writeImmutableBuffer(later.plain) }
        if later.socketIO.readableBytes > 0 { socketIO.writeImmutableBuffer(later.socketIO) }
    }
}
