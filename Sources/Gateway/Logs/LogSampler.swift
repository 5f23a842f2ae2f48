/// Says which lines are written of what may happen very often: a machine with the time passed in.
struct LogSampler {
    private struct Window {
        var begin: ContinuousClock.Instant
        var written = 0
        var suppressed = 0
    }

    private var windows: [LoggedEvent: Window] = [:]

    /// Whether to write one more line.
    ///
    /// - Returns: nil where it is left out, else how many were since the last one that was written.
    mutating func admit(_ event: LoggedEvent, now: ContinuousClock.Instant) -> Int? {
        guard let limit = event.perSecond else { return 0 }
        var window = windows[event] ?? Window(begin: now)
        defer { windows[event] = window }
        if now - window.begin >= .seconds(1) {
            window.begin = now
            window.written = 0
        }
        guard window.written < limit else {
            window.suppressed += 1
            return nil
        }
        window.written += 1
        defer { window.suppressed = 0 }
        return window.suppressed
    }
}
