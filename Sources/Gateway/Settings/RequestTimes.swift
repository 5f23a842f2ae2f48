/// How long the parts of an HTTP request may take.
package struct RequestTimes: Sendable, Hashable {
    /// From a request's first byte to the end of its head; also for a new connection that says nothing.
    package var head = Duration.seconds(10)
    /// For a whole request with a body.
    package var request = Duration.seconds(20)
    /// For an answer, from the end of the request until it was written.
    package var answer = Duration.seconds(30)
    /// Between requests: longer than the 60 s of usual proxies.
    package var idle = Duration.seconds(75)

    package init() {}
}
