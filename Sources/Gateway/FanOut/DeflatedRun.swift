import NIOCore
import WebSocketWire

/// The frames of one run as they are sent to each reader: for those who take them compressed, joined once for each form.
struct DeflatedRun {
    private struct Joined {
        let form: WireForm
        let windowBits: UInt8
        let bytes: ByteBuffer
    }

    private var joined: [Joined] = []
    /// What was chosen: most readers are sent the same as the one before.
    private(set) var bytes = ByteBuffer()
    private var form: WireForm?
    private var windowBits: UInt8 = 0

    /// Chooses all frames of the run as they are sent to who has a window of 2^`windowBits`, or 0 for none: ``bytes`` from here on.
    @inline(__always)
    mutating func choose(_ run: LoopPlan.Run, _ form: WireForm, _ windowBits: UInt8, _ deflater: Deflater) {
        guard windowBits != self.windowBits || form != self.form else { return }
        chooseOther(run, form, windowBits, deflater)
    }

    private mutating func chooseOther(
        _ run: LoopPlan.Run,
        _ form: WireForm,
        _ windowBits: UInt8,
        _ deflater: Deflater
    ) {
        (self.form, self.windowBits) = (form, windowBits)
        guard windowBits > 0, run.isDeflated else {
            bytes = run.joined[form]
            return
        }
        if let known = joined.first(where: { $0.form == form && $0.windowBits == windowBits }) {
            bytes = known.bytes
            return
        }
        bytes = ByteBuffer()
        // Those that are too small to be compressed stand among them as they are.
        for case .frame(let frame, _, _) in run.items {
            let frame = frame.bytes(form, windowBits: windowBits, deflater)
            if bytes.readableBytes == 0 { bytes = frame } else { bytes.writeImmutableBuffer(frame) }
        }
        joined.append(Joined(form: form, windowBits: windowBits, bytes: bytes))
    }
}
