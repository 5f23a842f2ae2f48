/// UTF-8 as the standard library reads it: what the project's own checks are held against.
enum UTF8Reference {
    static func isText(_ bytes: some Sequence<UInt8>) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// Whether text can still come of bytes that may end inside a character.
    static func mayBecomeText(_ bytes: [UInt8]) -> Bool {
        // Only the last three bytes can belong to a character that is not complete.
        (0...min(3, bytes.count)).contains { cut in
            isText(bytes.dropLast(cut)) && (cut == 0 || isOpening(Array(bytes.suffix(cut))))
        }
    }

    /// Whether one character can begin with these bytes.
    private static func isOpening(_ bytes: [UInt8]) -> Bool {
        let seconds: [UInt8] = bytes.count > 1 ? [bytes[1]] : [0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF]
        return seconds.contains { second in
            (bytes.count + 1...4).contains { length in
                var character = [bytes[0], second] + bytes.dropFirst(2)
                while character.count < length { character.append(0x80) }
                guard let text = String(validating: character, as: UTF8.self) else { return false }
                return text.unicodeScalars.count == 1
            }
        }
    }
}
