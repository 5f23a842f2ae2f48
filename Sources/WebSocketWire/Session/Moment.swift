/// A point in a machine's life in eight bytes.
///
/// Counts units of 2³⁰ attoseconds (about 1.07 ns, good for three centuries) since the machine was made. An instant of
/// the clock takes 16 bytes and its division into seconds a 128-bit division; this takes half and a shift, and a machine
/// keeps seven of them and makes two for each message.
struct Moment: Comparable, Sendable {
    /// Later than every other: what has not begun, and when it is due.
    static let never = Moment(units: .max)

    private var units: Int64

    private init(units: Int64) { self.units = units }

    init(_ age: Duration) {
        units = Int64(clamping: age.attoseconds >> 30)
    }

    static func < (left: Moment, right: Moment) -> Bool { left.units < right.units }

    static func + (moment: Moment, wait: Duration) -> Moment {
        let (sum, overflow) = moment.units.addingReportingOverflow(Moment(wait).units)
        return overflow ? .never : Moment(units: sum)
    }

    /// Time from `earlier` to here in whole milliseconds, rounded up, so that whoever waits for it wakes up late enough.
    ///
    /// One unit too much may come from cutting instants to units; it must not make another millisecond.
    func wait(since earlier: Moment) -> Duration {
        let (units, overflow) = self.units.subtractingReportingOverflow(earlier.units)
        guard !overflow, units > 0 else { return .zero }
        let perMillisecond: Int128 = 1_000_000_000_000_000
        let milliseconds = ((Int128(units - 1) << 30) + perMillisecond - 1) / perMillisecond
        return .milliseconds(max(1, Int64(clamping: milliseconds)))
    }
}
