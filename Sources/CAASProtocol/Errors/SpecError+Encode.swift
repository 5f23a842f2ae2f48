extension SpecError {
    /// Appends the error object: code, message, details (with `retryable` always) and `retryAfter` (design §4, R14).
    public func encode(into output: inout [UInt8]) {
        encode(into: &output, conversationID: nil)
    }

    /// The same with the conversation of an `error` event that has one (R7).
    func encode(into output: inout [UInt8], conversationID: ConversationID?) {
        output.object { output in
            output.member(#","code":"#, id: code.rawValue)
            output.member(#","conversationId":"#, id: conversationID?.rawValue)
            output.member(#","message":"#, text: message)
            output.append(#","details":"#)
            output.object { output in
                output.member(#","reason":"#, text: reason)
                output.member(#","field":"#, text: field)
                for detail in details {
                    output.append(UInt8(ascii: ","))
                    output.append(text: detail.name)
                    output.append(UInt8(ascii: ":"))
                    output.append(detail.value)
                }
                output.member(#","retryable":"#, flag: code.isRetryable)
            }
            output.member(#","retryAfter":"#, integer: retryAfter)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ value: SpecError.Detail.Value) {
        switch value {
        case .integer(let integer): append(integer: integer)
        case .text(let text): append(text: text)
        case .integers(let integers): list(integers) { output, integer in output.append(integer: integer) }
        }
    }
}
