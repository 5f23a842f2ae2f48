import CAASProtocol
import CoreMetrics
import Testing

@testable import Gateway

@Suite("Counters by frame type") struct FrameCountersTests {
    @Test func `a type is found at its place among all types`() {
        #expect(ClientEventType.allCases.map { FrameCounters.place(of: $0) } == Array(ClientEventType.allCases.indices))
        #expect(ServerEventType.allCases.map { FrameCounters.place(of: $0) } == Array(ServerEventType.allCases.indices))
    }

    @Test func `families that code alone fills stay bounded all the same`() {
        let factory = CountingFactory()
        var counters = RareCounters("errors", "code", "reason", factory: factory)
        for number in 0..<(2 * RareCounters.limit) { counters.count("X", "\(number)") }
        #expect(factory.made.count == RareCounters.limit + 1)
        #expect(factory.made.last == ["other", "other"])
    }
}

/// Notes the labels of the counters that are made.
private final class CountingFactory: MetricsFactory, @unchecked Sendable {
    // Used by one test on one thread.
    var made: [[String]] = []

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        made.append(dimensions.map(\.1))
        return NOOPMetricsHandler.instance
    }
    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        NOOPMetricsHandler.instance
    }
    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { NOOPMetricsHandler.instance }
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
