import Foundation
import Logging
import Testing

@testable import Gateway

@Suite("What the log can say") struct LogTests {
    @Test func `the page of the log has a row for each event, and no other`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/logs.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
            row.split(separator: "|").prefix(3).map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let events = LoggedEvent.allCases.map { event in
            ["`\(event.rawValue)`", event.level.rawValue, event.fields.map { "`\($0)`" }.joined(separator: ", ")]
        }
        #expect(Set(rows) == Set(events))
        #expect(rows.count == events.count)
    }

    @Test func `what happens often is a line a second, which counts what was left out`() {
        var sampler = LogSampler()
        let start = ContinuousClock.now
        #expect(sampler.admit(.tokenRefused, now: start) == 0)
        for _ in 0..<5 { #expect(sampler.admit(.tokenRefused, now: start + .milliseconds(999)) == nil) }
        #expect(sampler.admit(.rateLimited, now: start + .milliseconds(999)) == 0, "each event has its own second")
        #expect(sampler.admit(.tokenRefused, now: start + .seconds(1)) == 5)
        #expect(sampler.admit(.tokenRefused, now: start + .milliseconds(1_500)) == nil)
        #expect(sampler.admit(.tokenRefused, now: start + .seconds(60)) == 1)
    }

    @Test func `failures are ten lines a second, and a start is never left out`() {
        var sampler = LogSampler()
        let start = ContinuousClock.now
        for _ in 0..<10 { #expect(sampler.admit(.requestFailed, now: start) == 0) }
        #expect(sampler.admit(.requestFailed, now: start) == nil)
        for _ in 0..<100 { #expect(sampler.admit(.ready, now: start) == 0) }
    }
}
