import NIOCore

/// Reads the JSON behind a packet's head, in one pass and into slices.
struct PayloadReader {
    private let text: ByteBuffer
    private let attachments: Int
    private var scanner: JSONScanner
    /// Whether a value of the list was read, so that the next one wants a comma.
    private var isBehindValue = false

    init(text: ByteBuffer, position: Int, attachments: Int) {
        self.text = text
        self.attachments = attachments
        scanner = JSONScanner(position: position)
    }

    /// Whether there is nothing.
    func isEmpty(_ bytes: RawSpan) -> Bool { scanner.position == bytes.byteCount }

    /// The one object that is the payload; nil where there is none at all.
    mutating func object(_ bytes: RawSpan) throws(Malformed) -> ByteBuffer? {
        guard !isEmpty(bytes) else { return nil }
        scanner.skipWhitespace(bytes)
        guard try scanner.peek(bytes) == UInt8(ascii: "{") else { throw Malformed("payload is no object") }
        let object = try value(bytes)
        try scanner.end(bytes)
        return object
    }

    /// Steps into the list that is the payload.
    mutating func open(_ bytes: RawSpan) throws(Malformed) {
        scanner.skipWhitespace(bytes)
        guard try scanner.peek(bytes) == UInt8(ascii: "[") else { throw Malformed("payload is no list") }
        scanner.position &+= 1
        scanner.skipWhitespace(bytes)
    }

    /// Steps into the list and reads the name that it begins with.
    mutating func name(_ bytes: RawSpan) throws(Malformed) -> EventName {
        try open(bytes)
        let start = scanner.position
        isBehindValue = true
        switch try scanner.peek(bytes) {
        case UInt8(ascii: "\""):
            let hasEscapes = try scanner.string(bytes)
            let end = scanner.position
            guard hasEscapes else { return EventName(bytes.text(from: start &+ 1, to: end &- 1)) }
            return EventName(JSONText.unescaped(bytes, from: start, to: end))
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            try scanner.number(bytes)
            return EventName(bytes.text(from: start, to: scanner.position), isNumber: true)
        default: throw Malformed("name of the event is neither text nor number")
        }
    }

    /// Reads the rest of the list, and wants nothing behind it.
    mutating func arguments(_ bytes: RawSpan, limits: SocketIOLimits) throws(Malformed) -> [ByteBuffer] {
        var arguments: [ByteBuffer] = []
        while true {
            scanner.skipWhitespace(bytes)
            let byte = try scanner.peek(bytes)
            if byte == UInt8(ascii: "]") {
                scanner.position &+= 1
                try scanner.end(bytes)
                return arguments
            }
            if isBehindValue {
                guard byte == UInt8(ascii: ",") else { throw .json }
                scanner.position &+= 1
                scanner.skipWhitespace(bytes)
            }
            guard arguments.count < limits.arguments else { throw Malformed("too many arguments") }
            arguments.append(try value(bytes))
            isBehindValue = true
        }
    }

    /// What stands behind the name, unchecked.
    mutating func rest(_ bytes: RawSpan) throws(Malformed) -> ByteBuffer {
        scanner.skipWhitespace(bytes)
        guard try scanner.peek(bytes) == UInt8(ascii: ",") else { throw .json }
        scanner.position &+= 1
        scanner.skipWhitespace(bytes)
        return try slice(from: scanner.position, to: bytes.byteCount)
    }

    private mutating func value(_ bytes: RawSpan) throws(Malformed) -> ByteBuffer {
        let start = scanner.position
        if attachments == 0 {
            var nesting = BracketNesting()
            try scanner.value(bytes, &nesting)
        } else {
            var nesting = PlaceholderNesting(attachments: attachments)
            try scanner.value(bytes, &nesting)
        }
        return try slice(from: start, to: scanner.position)
    }

    private func slice(from start: Int, to end: Int) throws(Malformed) -> ByteBuffer {
        guard let slice = text.getSlice(at: text.readerIndex &+ start, length: end &- start) else { throw .json }
        return slice
    }
}
