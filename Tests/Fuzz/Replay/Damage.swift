/// A few changes to a case, the same for the same seed: a little of what the fuzzer does, in every run of the tests.
struct Damage {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    private mutating func next(below count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(count))
    }

    /// The bytes with one to three bytes changed, doubled, lost, or with their end cut off.
    mutating func applied(to bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...next(below: 3) where !bytes.isEmpty {
            let place = next(below: bytes.count)
            switch next(below: 5) {
            case 0: bytes[place] ^= 1 << UInt8(next(below: 8))
            case 1: bytes[place] = [0x00, 0x7F, 0x80, 0xFF][next(below: 4)]
            case 2: bytes.insert(bytes[place], at: place)
            case 3: bytes.remove(at: place)
            default: bytes.removeLast(bytes.count - place)
            }
        }
        return bytes
    }
}
