/// The form that a store keeps beside `type` and `content`, which have places of their own.
extension MessageBody {
    /// Attachments, mentions, metadata, threadId and replyTo as one compact JSON object; nil where there are none.
    public func encodeExtras() -> [UInt8]? {
        var output: [UInt8] = []
        output.object { output in
            output.extras(of: self)
        }
        return output.count > 2 ? output : nil
    }

    /// Puts a body together again.
    ///
    /// - Parameter extras: What ``encodeExtras()`` gave.
    public init(type: String, content: String, extras: [UInt8]?) throws(SpecError) {
        self.init(type: type, content: content)
        guard let extras else { return }
        let bytes = extras.span.bytes
        var data = MemberTokens<DataMember>()
        do throws(JSONFault) {
            var scanner = JSONScanner(limits: .init(depth: FrameLimits.stored.depth, members: .max))
            guard try scanner.peek(bytes) == UInt8(ascii: "{") else { throw .syntax }
            _ = try scanner.object(bytes, into: &data)
            try scanner.end(bytes)
        } catch {
            throw error.error()
        }
        try readExtras(data, limits: .stored, bytes)
        replyTo = try data.id(.replyTo, bytes)
    }
}
