/// Counts pings and pongs within one second.
///
/// Every ping asks for a pong, so a peer that sends them without end makes us work and fill its outbound queue.
struct ControlFrameRate {
    private var windowStart = Moment.never
    private var count: UInt32 = 0

    /// Counts one frame; false when there were more than `limit` in the second that began with the first of them.
    mutating func admits(now: Moment, limit: Int) -> Bool {
        if windowStart == .never || now >= windowStart + .seconds(1) {
            windowStart = now
            count = 0
        }
        count += 1
        return count <= limit
    }
}
