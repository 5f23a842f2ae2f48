import Foundation
import Gateway
import Logging
import Synchronization
import Testing

@testable import CAASServer

@Suite("Lines of the log") struct LineLogHandlerTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private let lines = Lines()

    private func logger(_ format: LogFormat) -> Logger {
        Logger(label: "test") { [lines] _ in
            LineLogHandler(format, clock: { Date(timeIntervalSince1970: 1_700_000_000.25) }) { line in
                lines.all.withLock { $0.append(line) }
            }
        }
    }

    private var written: [String] { lines.all.withLock { $0 } }

    @Test func `a line is an object with time, level, event and the fields by name`() {
        logger(.json).event(.ready, ["version": "1", "url": "http://x"], suppressed: 2)
        #expect(
            written == [
                #"{"time":"2023-11-14T22:13:20.250Z","level":"notice","event":"ready","suppressed":2,"url":"http://x","version":"1"}"#
                    + "\n"
            ]
        )
    }

    @Test func `in words a line has the same`() {
        logger(.text).event(.requestFailed, ["traceId": "k1", "error": "no space is left"])
        logger(.text).event(.stopped)
        #expect(
            written == [
                "2023-11-14T22:13:20.250Z error request_failed error=\"no space is left\" traceId=k1\n",
                "2023-11-14T22:13:20.250Z notice stopped\n",
            ]
        )
    }

    @Test(
        arguments: LogFormat.allCases,
        ["\n", "\r\n", "\u{2028}", "\u{85}", "\u{1B}[2J", "\"", "\\", "\0", "\t", "é", ""]
    )
    func `no value ends a line or takes over a terminal`(_ format: LogFormat, _ text: String) throws {
        logger(format).event(.requestFailed, ["error": "a\(text)b"])
        let line = try #require(written.first)
        #expect(written.count == 1)
        #expect(line.unicodeScalars.count { $0.properties.generalCategory == .control } == 1, "its own end")
        #expect(line.hasSuffix("\n") && !line.contains("\u{2028}"))
        guard format == .json else { return }
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(object?["error"] as? String == "a\(text)b")
    }

    @Test func `a long value is cut`() throws {
        logger(.json).event(.requestFailed, ["error": "\(String(repeating: "x", count: 100_000))"])
        #expect(try #require(written.first).utf8.count < 1_200)
    }

    @Test func `text that is not ours is left out, and so are its fields`() {
        var logger = logger(.json)
        logger.logLevel = .trace
        logger.warning("hello from \("marker")", metadata: ["marker": "marker"], source: "Library", line: 7)
        #expect(
            written == [
                #"{"time":"2023-11-14T22:13:20.250Z","level":"warning","event":"library","line":7,"source":"Library"}"#
                    + "\n"
            ]
        )
    }

    @Test func `what is below the level is not even put together`() {
        func fields() -> Logger.Metadata {
            Issue.record("asked for the fields")
            return [:]
        }
        logger(.json).event(.sessionOpened, fields())
        #expect(written.isEmpty)
    }
}
