/// A plain second reading of addresses in digits: RFC 4291 §2.2, and four decimal numbers for version 4.
enum AddressReference {
    /// The sixteen bytes, those of version 4 in the mapped form; nil where the text is no address.
    static func bytes(_ text: [UInt8]) -> [UInt8]? {
        guard text.count <= 45 else { return nil }
        if !text.contains(colon) { return four(text[...]).map { [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] + $0 } }
        // At most one pair of colons stands for the zeros that fill it up.
        for place in text.indices.dropLast() where text[place] == colon && text[place + 1] == colon {
            guard let head = groups(text[..<place], isLast: false),
                let tail = groups(text[(place + 2)...], isLast: true)
            else { return nil }
            let missing = 16 - head.count - tail.count
            return missing >= 2 ? head + Array(repeating: 0, count: missing) + tail : nil
        }
        return groups(text[...], isLast: true).flatMap { $0.count == 16 ? $0 : nil }
    }

    private static let colon = UInt8(ascii: ":")

    /// Groups of one to four hexadecimal digits; the last may be an address of version 4.
    private static func groups(_ text: ArraySlice<UInt8>, isLast: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: colon, omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (number, part) in parts.enumerated() {
            if isLast, number == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let four = four(part) else { return nil }
                bytes += four
                continue
            }
            guard (1...4).contains(part.count), part.allSatisfy(isHexadecimal),
                let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes
    }

    /// Four numbers up to 255 without needless zeros.
    private static func four(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
                part.count == 1 || part.first != UInt8(ascii: "0"),
                let byte = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20
    }
}
