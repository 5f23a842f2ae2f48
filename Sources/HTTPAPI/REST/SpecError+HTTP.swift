import CAASProtocol

extension SpecError {
    /// The same refusal with its field named as in an HTTP request: members of the body without `data.`, and the frame's
    /// id as the header that it is here (R70).
    var ofRequest: SpecError {
        guard let field else { return self }
        let name =
            switch field {
            case "id": "Idempotency-Key"
            case let field where field.hasPrefix("data."): String(field.dropFirst(5))
            default: field
            }
        guard name != field else { return self }
        // A sentence of its own is kept; the code's sentence names the field.
        let isOwn = SpecError(code, field: field).message != message
        return SpecError(
            code,
            field: name,
            reason: reason,
            message: isOwn ? message : nil,
            details: details,
            retryAfter: retryAfter
        )
    }
}
