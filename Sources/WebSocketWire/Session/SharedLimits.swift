/// What peers may cost, made once for all of whom it holds: a connection keeps a reference and not some 130 bytes.
package final class SharedLimits: Sendable {
    package let limits: WebSocketLimits

    package init(_ limits: WebSocketLimits) {
        self.limits = limits
    }
}
