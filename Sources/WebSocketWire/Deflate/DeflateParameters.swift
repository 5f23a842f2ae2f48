/// The parameters of one element of permessage-deflate, each at most once and with a value that it can have.
///
/// RFC 7692 §7.1.
struct DeflateParameters: Hashable {
    var serverTakesNoContext = false
    var clientTakesNoContext = false
    /// `server_max_window_bits`; nil where it is not there.
    var serverWindowBits: Int?
    /// Whether `client_max_window_bits` is there, with a value or without.
    var namesClientWindow = false
    /// The value of `client_max_window_bits`.
    var clientWindowBits: Int?

    init?(_ parameters: [ExtensionElement.Parameter]) {
        guard Set(parameters.map(\.name)).count == parameters.count else { return nil }
        for parameter in parameters {
            switch (parameter.name, parameter.value) {
            case ("server_no_context_takeover", nil): serverTakesNoContext = true
            case ("client_no_context_takeover", nil): clientTakesNoContext = true
            case ("server_max_window_bits", let value?):
                guard let bits = Self.windowBits(value) else { return nil }
                serverWindowBits = bits
            case ("client_max_window_bits", let value):
                namesClientWindow = true
                guard let value else { continue }
                guard let bits = Self.windowBits(value) else { return nil }
                clientWindowBits = bits
            default: return nil
            }
        }
    }

    /// A decimal number from 8 to 15 without leading zeros.
    private static func windowBits(_ value: String) -> Int? {
        DeflateAgreement.windowsOnWire.first { "\($0)" == value }
    }
}
