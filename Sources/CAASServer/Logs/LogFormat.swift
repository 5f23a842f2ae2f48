/// How lines of the log are written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// One JSON object a line.
    case json
    /// Words: `time level event name=value …`.
    case text
}
