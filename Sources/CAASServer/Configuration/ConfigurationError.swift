/// Why the service does not start: everything that is wrong, a sentence each.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    package let problems: [String]

    package init(_ problems: [String]) {
        self.problems = problems
    }

    package var description: String { problems.joined(separator: "\n") }
}
