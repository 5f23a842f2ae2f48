import CAASProtocol
import Foundation

extension ReceivedFrame {
    /// The frame as JSON on one line: the header in the order of design §1, the data as it came.
    var line: String {
        var text = #"{"id":\#(Self.quoted(id)),"type":\#(Self.quoted(type)),"version":1,"timestamp":\#(timestamp)"#
        if let conversationID { text += #","conversationId":"\#(conversationID)""# }
        if let replyTo { text += #","replyTo":"\#(replyTo)""# }
        if let data { text += #","data":\#(data.line)"# }
        return text + "}"
    }

    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let bytes = try? encoder.encode(text) else { preconditionFailure("every text is JSON") }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONFragment {
    /// The text without line breaks: inside a JSON text they stand only where any white space may.
    ///
    /// What users send, such as `metadata`, is relayed with the white space it had.
    var line: String {
        let breaks: Set = [UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        return String(decoding: utf8.map { breaks.contains($0) ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }
}
