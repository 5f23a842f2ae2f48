import NIOCore
import SocketIOWire

/// A packet's text by another reading: the head cut at its marks, the payload by Foundation.
struct SocketIOReference {
    private let type: UInt8
    private let attachments: Int
    private let namespace: [UInt8]
    private let id: UInt64?
    private let payload: FoundationJSON.Value?

    private static let reserved = [
        "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener",
    ]

    /// Nil where the text is no packet.
    init?(_ text: [UInt8], limits: SocketIOLimits) {
        guard let type = text.first, (UInt8(ascii: "0")...UInt8(ascii: "6")).contains(type) else { return nil }
        self.type = type
        var rest = text.dropFirst()
        var count: UInt64 = 0
        if type >= UInt8(ascii: "5") {
            let digits = rest.prefix { $0 != UInt8(ascii: "-") }
            guard digits.count < rest.count, let number = Self.number(digits), number > 0, number <= limits.attachments
            else { return nil }
            count = number
            rest = rest.dropFirst(digits.count + 1)
        }
        attachments = Int(count)
        var name = Array("/".utf8)
        if rest.first == UInt8(ascii: "/") {
            name = Array(rest.prefix { $0 != UInt8(ascii: ",") })
            rest = rest.dropFirst(name.count + 1)
        }
        guard name.count <= limits.namespaceBytes, UTF8Reference.isText(name), name.allSatisfy({ $0 >= 0x20 }) else {
            return nil
        }
        namespace = name
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        id = Self.number(digits)
        guard digits.isEmpty || (id.map { $0 < 1 << 53 } ?? false) else { return nil }
        rest = rest.dropFirst(digits.count)
        payload = FoundationJSON.value(Array(rest))
        guard rest.isEmpty || payload != nil, isValid(limits) else { return nil }
    }

    /// Whether both are expected to agree: Foundation knows no lone surrogates, and not every depth and number.
    static func isComparable(_ text: [UInt8]) -> Bool {
        var (digits, brackets) = (0, 0)
        var last: UInt8 = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "["), UInt8(ascii: "{"): (digits, brackets) = (0, brackets + 1)
            // A code unit written as \u, or an exponent of a number.
            case UInt8(ascii: "u") where last == UInt8(ascii: "\\"): return false
            default: digits = 0
            }
            if digits > 60 || brackets > 300 { return false }
            last = byte
        }
        // A placeholder's number has one spelling to us and many to Foundation.
        let isBinary = text.first.map { $0 >= UInt8(ascii: "5") } ?? false
        if isBinary, text.contains(where: { [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains($0) }) {
            return !SocketIOTarget.shown(text).contains("_placeholder")
        }
        return FoundationJSON.isComparable(text)
    }

    /// What the packet says is what was read here.
    func compare(with packet: SocketIOPacket) throws(Broken) {
        try require(Array(packet.namespace.utf8) == namespace, "namespace \(packet.namespace)")
        try require(packet.attachments == attachments, "\(packet.attachments) attachments")
        switch packet.content {
        case .connect(let object):
            try require(type == UInt8(ascii: "0") && object.flatMap(value) == payload, "connect \(object as Any)")
        case .disconnect: try require(type == UInt8(ascii: "1"), "disconnect")
        case .connectError(let object):
            try require(type == UInt8(ascii: "4") && value(object) == payload, "connect error \(object)")
        case .event(let name, let arguments, let id):
            try require(type == UInt8(ascii: "2") || type == UInt8(ascii: "5"), "event")
            try require(id == self.id, "id \(id as Any)")
            let named: FoundationJSON.Value? =
                name.isNumber ? FoundationJSON.value(Array(name.text.utf8)) : .text(Array(name.text.utf8))
            try require(.list([named ?? .null] + arguments.compactMap(value)) == payload, "\(name) with \(arguments)")
        case .acknowledgement(let id, let arguments):
            try require(type == UInt8(ascii: "3") || type == UInt8(ascii: "6"), "acknowledgement")
            try require(id == self.id && .list(arguments.compactMap(value)) == payload, "\(id) with \(arguments)")
        }
    }

    private func value(_ json: ByteBuffer) -> FoundationJSON.Value? {
        FoundationJSON.value(Array(json.readableBytesView))
    }

    /// A number as JavaScript writes it.
    private static func number(_ digits: some Collection<UInt8>) -> UInt64? {
        guard let number = UInt64(SocketIOTarget.shown(Array(digits))) else { return nil }
        return Array(String(number).utf8) == Array(digits) ? number : nil
    }

    private func isValid(_ limits: SocketIOLimits) -> Bool {
        switch (type, payload) {
        case (UInt8(ascii: "0"), nil), (UInt8(ascii: "1"), nil), (UInt8(ascii: "0"), .object),
            (UInt8(ascii: "4"), .object):
            id == nil
        case (UInt8(ascii: "2"), .list(let list)), (UInt8(ascii: "5"), .list(let list)):
            list.first.map(isName) ?? false && list.count <= limits.arguments + 1
                && list.allSatisfy(arePlaceholdersValid)
        case (UInt8(ascii: "3"), .list(let list)), (UInt8(ascii: "6"), .list(let list)):
            id != nil && list.count <= limits.arguments && list.allSatisfy(arePlaceholdersValid)
        default: false
        }
    }

    private func isName(_ value: FoundationJSON.Value) -> Bool {
        switch value {
        case .number: true
        case .text(let text): !Self.reserved.contains { Array($0.utf8) == text }
        default: false
        }
    }

    private func arePlaceholdersValid(_ value: FoundationJSON.Value) -> Bool {
        guard attachments > 0 else { return true }
        switch value {
        case .list(let values): return values.allSatisfy(arePlaceholdersValid)
        case .object(let members):
            if members[Array("_placeholder".utf8)] == .flag(true) {
                guard case .number(let number) = members[Array("num".utf8)] else { return false }
                guard number.sign == .plus, (0..<attachments).contains(where: { Double($0) == number }) else {
                    return false
                }
            }
            return members.values.allSatisfy(arePlaceholdersValid)
        default: return true
        }
    }
}
