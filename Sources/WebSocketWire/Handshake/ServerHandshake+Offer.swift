extension ServerHandshake {
    /// What an acceptable request offers.
    package struct Offer: Sendable, Hashable {
        /// The answer to the client's key, for `Sec-WebSocket-Accept`.
        package var accept: String
        /// Tokens in the client's order of preference, each once.
        package var subprotocols: [String]
        /// Each offered extension with its parameters, as it was written.
        package var extensions: [String]
    }

    /// How to answer a request that cannot become a WebSocket.
    package struct Refusal: Error, Sendable {
        /// 400, 405 or 426.
        package var status: Int
        /// Constant text in plain words, without anything from the request.
        package var reason: String
        /// What the answer must carry besides the usual.
        package var fields: [(name: String, value: String)]

        init(status: Int = 400, reason: String, fields: [(name: String, value: String)] = []) {
            self.status = status
            self.reason = reason
            self.fields = fields
        }

        /// Names what would be understood: RFC 6455 §4.4, RFC 9110 §15.5.22.
        static func upgradeRequired(reason: String) -> Refusal {
            Refusal(
                status: 426,
                reason: reason,
                fields: [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")]
            )
        }
    }
}

extension ServerHandshake.Refusal: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        left.status == right.status && left.reason == right.reason
            && left.fields.elementsEqual(right.fields) { $0.name == $1.name && $0.value == $1.value }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(status)
        hasher.combine(reason)
        for field in fields {
            hasher.combine(field.name)
            hasher.combine(field.value)
        }
    }
}
