/// What two ends have agreed upon about permessage-deflate: that each begins every message anew, and with which windows.
///
/// RFC 7692 §7.1. Neither end keeps anything from one message for the next one, so none needs memory while nothing is sent.
package struct DeflateAgreement: Sendable, Hashable {
    /// The windows that zlib deflates with, as powers of two: it has none of 2⁸.
    package static let windows = 9...15
    /// The windows of the RFC.
    static let windowsOnWire = 8...15

    static let name = "permessage-deflate"

    /// The window that the server deflates with, as a power of two.
    package var serverWindowBits = 15
    /// The largest window that the client may deflate with, as a power of two.
    package var clientWindowBits = 15
    /// Whether the answer says with which window the server deflates.
    private var namesServerWindow = false

    package init() {}
}

extension DeflateAgreement {
    /// The first offer that this end can do as it was asked for; nil where it takes none.
    ///
    /// An offer with anything wrong or unknown in it is passed over like that of an extension nobody knows (RFC 7692 §5.1).
    ///
    /// - Parameter extensions: The elements of `Sec-WebSocket-Extensions`.
    package init?(choosingFrom extensions: [String]) {
        guard let first = extensions.lazy.compactMap({ DeflateAgreement(offer: $0) }).first else { return nil }
        self = first
    }

    private init?(offer: String) {
        guard let element = ExtensionElement(offer), element.name == Self.name,
            let parameters = DeflateParameters(element.parameters)
        else { return nil }
        if let bits = parameters.serverWindowBits {
            guard Self.windows.contains(bits) else { return nil }
            serverWindowBits = bits
            namesServerWindow = true
        }
        // What the client says of its own window is a promise; the inflater reads every window.
        clientWindowBits = parameters.clientWindowBits ?? 15
    }

    /// What the server answers in `Sec-WebSocket-Extensions`.
    package var answer: String {
        let window = namesServerWindow ? "; server_max_window_bits=\(serverWindowBits)" : ""
        return "\(Self.name); server_no_context_takeover; client_no_context_takeover\(window)"
    }
}

extension DeflateAgreement {
    /// What a client offers.
    package static let offer = "\(name); client_no_context_takeover; server_no_context_takeover; client_max_window_bits"

    /// What a server's answer to ``offer`` means; nil where it is no answer to it, and the connection must fail.
    ///
    /// RFC 7692 §7.1: the server may have named windows that nobody asked it for.
    init?(answer: some StringProtocol) {
        guard let element = ExtensionElement(answer), element.name == Self.name,
            let parameters = DeflateParameters(element.parameters), parameters.serverTakesNoContext
        else { return nil }
        // An answer, unlike an offer, says which window it means.
        guard !parameters.namesClientWindow || parameters.clientWindowBits != nil else { return nil }
        serverWindowBits = parameters.serverWindowBits ?? 15
        clientWindowBits = parameters.clientWindowBits ?? 15
    }
}
