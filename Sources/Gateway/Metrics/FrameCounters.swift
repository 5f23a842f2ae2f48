import CoreMetrics

/// Frames of one direction by their type: one counter for each, found by the place of the type among all.
struct FrameCounters<FrameType: CaseIterable & RawRepresentable<String>> {
    private let counters: [Counter]

    init(direction: String, factory: any MetricsFactory) {
        counters = FrameType.allCases.map { type in
            Counter(
                label: "caas_frames_total",
                dimensions: [("type", type.rawValue), ("dir", direction)],
                factory: factory
            )
        }
    }

    func count(_ type: FrameType, _ frames: Int = 1) { counters[Self.place(of: type)].increment(by: frames) }

    /// Where the type stands in `allCases`: an enum without payloads is that number, and a test holds it to that.
    static func place(of type: FrameType) -> Int {
        withUnsafeBytes(of: type) { Int($0[0]) }
    }
}
