import Foundation
import Gateway
import Logging

/// Writes each line of the log as one JSON object, or as words for people.
///
/// A line is made of an event's name and its fields. Text that is not one of ours is left out, whoever wrote it.
struct LineLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    private let format: LogFormat
    private let clock: @Sendable () -> Date
    private let write: @Sendable (_ line: String) -> Void

    /// - Parameter write: Takes a line with its end, which is the only one in it.
    init(
        _ format: LogFormat,
        clock: @escaping @Sendable () -> Date = { Date() },
        write: @escaping @Sendable (_ line: String) -> Void = StandardError.write
    ) {
        self.format = format
        self.clock = clock
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let known = LoggedEvent(rawValue: event.message.description)
        var fields = known == nil ? Self.place(of: event) : metadata
        if known != nil, let more = event.metadata { fields.merge(more) { _, last in last } }
        var line = LogLine(format)
        line.add("time", text: clock().formatted(Self.time))
        line.add("level", text: event.level.rawValue)
        line.add("event", text: (known ?? .library).rawValue)
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            if case .stringConvertible(let number as any BinaryInteger) = value {
                line.add(name, number: number)
            } else {
                line.add(name, text: "\(value)")
            }
        }
        write(line.finished())
    }

    private static let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    private static func place(of event: LogEvent) -> Logger.Metadata {
        ["source": "\(event.source)", "line": .stringConvertible(event.line)]
    }
}
