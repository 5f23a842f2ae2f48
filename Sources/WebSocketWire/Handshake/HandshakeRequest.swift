/// The head of an HTTP request that wants to become a WebSocket, fields as they came.
package struct HandshakeRequest: Sendable {
    package var method: String
    /// The x of HTTP/1.x.
    package var httpMinor: Int
    /// In the order of the request; names are compared without regard to case.
    package var fields: [(name: String, value: String)]

    package init(method: String, httpMinor: Int, fields: [(name: String, value: String)]) {
        self.method = method
        self.httpMinor = httpMinor
        self.fields = fields
    }
}
