import CAASProtocol

extension ReceivedFrame {
    /// The frame as JSON on one line: the header in the order of design §1, the data as it came.
    var json: String {
        // Types and ids of the service are ASCII without quotes; what else stands in a frame stands in its data.
        var text = #"{"id":"\#(id)","type":"\#(type)","version":1,"timestamp":\#(timestamp)"#
        if let conversationID { text += #","conversationId":"\#(conversationID)""# }
        if let replyTo { text += #","replyTo":"\#(replyTo)""# }
        if let data { text += #","data":\#(data.text)"# }
        return text + "}"
    }
}
