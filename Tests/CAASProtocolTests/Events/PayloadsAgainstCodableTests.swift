import CAASProtocol
import Foundation
import Testing

/// Every rarer payload is read as `Codable` reads it, and refused where `Codable` with the same rules refuses it.
@Suite("Rarer payloads beside Codable") struct PayloadsAgainstCodableTests {
    static let types = CodablePayloads.all.keys.sorted { $0.rawValue < $1.rawValue }

    @Test func `every built event has a second reading`() {
        #expect(Set(Self.types) == ClientEventType.built.subtracting([.messageSend]))
    }

    @Test(arguments: types)
    func `both take and refuse the same frames, and read the same values`(type: ClientEventType) throws {
        var taken = 0
        var refused = 0
        for seed in 0..<250 as Range<UInt64> {
            var frames = RandomFrame(random: SeededGenerator(seed: seed))
            let bytes = try frames.next(type)
            if try agree(bytes, type, "seed \(seed)") { taken += 1 } else { refused += 1 }
        }
        // Else the frames would be too good, or too bad, to say anything.
        #expect(taken >= 75)
        #expect(refused >= 20)
    }

    @Test(arguments: types)
    func `both refuse the same frames whose bytes are damaged`(type: ClientEventType) throws {
        for seed in 1_000..<1_150 as Range<UInt64> {
            var frames = RandomFrame(random: SeededGenerator(seed: seed))
            var bytes = try frames.next(type)
            RandomJSON.damage(&bytes, using: &frames.random)
            // What the scanner refuses as JSON beyond Foundation, and the other way round, is held in the tests of JSON.
            guard isComparable(bytes) else { continue }
            if let reason = jsonFault(bytes), reason != "json" { continue }
            _ = try agree(bytes, type, "seed \(seed)")
        }
    }

    // MARK: Parts

    /// Compares both readings; returns whether the frame was taken.
    private func agree(_ bytes: [UInt8], _ type: ClientEventType, _ seed: String) throws -> Bool {
        let reader = try #require(CodablePayloads.all[type])
        let expected = try? codable(bytes, type, reader)
        let event = try? decode(bytes)
        let comment = "\(seed), \(type): \(String(decoding: bytes.prefix(2_000), as: UTF8.self))"
        #expect((event == nil) == (expected == nil), "\(comment)")
        guard let event, let expected else { return false }
        let (plain, metadata) = withoutMetadata(event)
        #expect(plain == expected.event, "\(comment)")
        // Texts are equal by their bytes only (R78).
        #expect("\(plain)".utf8.elementsEqual("\(expected.event)".utf8), "\(comment)")
        let json = try metadata.map { try JSONDecoder().decode(AnyJSON.self, from: Data($0.utf8)) }
        #expect(json == expected.metadata, "\(comment)")
        return true
    }

    private func codable<Payload: CodablePayload>(
        _ bytes: [UInt8],
        _ type: ClientEventType,
        _: Payload.Type
    ) throws -> (event: ClientEvent, metadata: AnyJSON?) {
        try CodableFrame<Payload>.read(bytes, as: type)
    }

    /// The event with `{}` for what it keeps as it was sent, and that.
    private func withoutMetadata(_ event: ClientEvent) -> (ClientEvent, JSONFragment?) {
        switch event {
        case .conversationCreate(var creation):
            let metadata = creation.metadata
            creation.metadata = metadata.map { _ in "{}" }
            return (.conversationCreate(creation), metadata)
        case .conversationUpdate(var update):
            let metadata = update.metadata?.value
            if metadata != nil { update.metadata = .set("{}") }
            return (.conversationUpdate(update), metadata)
        case .callSignal(var signal):
            let payload = signal.payload
            signal.payload = "{}"
            return (.callSignal(signal), payload)
        case .eventSend(var own):
            let payload = own.payload
            own.payload = "{}"
            return (.eventSend(own), payload)
        default: return (event, nil)
        }
    }

    /// Why bytes are no acceptable JSON; nil where they are.
    private func jsonFault(_ bytes: [UInt8]) -> String? {
        do throws(SpecError) {
            _ = try JSONFragment(parsing: bytes.span.bytes)
            return nil
        } catch {
            return error.reason ?? ""
        }
    }

    /// Foundation takes a comma before a closing bracket, guesses encodings, and wants numbers that fit a double.
    private func isComparable(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        return !text.contains(/[eE][+-]?[0-9]{3}/) && !text.contains(/,[ \t\r\n]*[\]}]/) && !bytes.contains(0)
            && !bytes.starts(with: [0xEF, 0xBB, 0xBF])
    }
}
