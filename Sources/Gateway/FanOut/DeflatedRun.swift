import NIOCore
import WebSocketWire

/// The frames of one run as they are sent to each reader: for those who take them compressed, joined once for each form.
struct DeflatedRun {
    private struct Joined {
        let form: WireForm
        let windowBits: Int
        let bytes: ByteBuffer
    }

    private var joined: [Joined] = []

    /// All frames of the run as they are sent to who has a window of 2^`windowBits`, or 0 for none.
    @inline(__always)
    mutating func bytes(
        _ run: LoopPlan.Run,
        _ form: WireForm,
        _ windowBits: Int,
        _ deflater: Deflater
    ) -> ByteBuffer {
        guard windowBits > 0, run.isDeflated else { return run.joined[form] }
        return deflated(run, form, windowBits, deflater)
    }

    /// Those that are too small to be compressed stand among them as they are.
    private mutating func deflated(
        _ run: LoopPlan.Run,
        _ form: WireForm,
        _ windowBits: Int,
        _ deflater: Deflater
    ) -> ByteBuffer {
        if let known = joined.first(where: { $0.form == form && $0.windowBits == windowBits }) { return known.bytes }
        var bytes = ByteBuffer()
        for case .frame(let frame, _, _) in run.items {
            bytes.writeImmutableBuffer(frame.bytes(form, windowBits: windowBits, deflater))
        }
        joined.append(Joined(form: form, windowBits: windowBits, bytes: bytes))
        return bytes
    }
}
