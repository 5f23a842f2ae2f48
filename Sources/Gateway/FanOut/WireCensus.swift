import Synchronization

/// How many chat connections of one event loop get their frames in which form; counted there, read by the fan-out.
final class WireCensus: Sendable {
    private let plain = Atomic<Int>(0)
    private let socketIO = Atomic<Int>(0)
    /// WebSockets of either that take frames compressed.
    private let deflated = Atomic<Int>(0)

    func count(_ form: WireForm, _ difference: Int) {
        switch form {
        case .plain: plain.add(difference, ordering: .releasing)
        case .socketIO: socketIO.add(difference, ordering: .releasing)
        }
    }

    func countDeflated(_ difference: Int) { deflated.add(difference, ordering: .releasing) }

    /// The forms that somebody wants.
    var forms: EncodedFrame.Forms {
        var forms: EncodedFrame.Forms = []
        if plain.load(ordering: .acquiring) > 0 { forms.insert(.plain) }
        if socketIO.load(ordering: .acquiring) > 0 { forms.insert(.socketIO) }
        if deflated.load(ordering: .acquiring) > 0 { forms.insert(.deflated) }
        return forms
    }
}
