extension SpecError {
    /// A required field is not there.
    static func missing(_ field: String) -> SpecError {
        SpecError(.missingField, field: field)
    }

    /// A field has the wrong type or range.
    static func invalid(_ field: String, reason: String? = nil) -> SpecError {
        SpecError(.invalidPayload, field: field, reason: reason)
    }

    /// A text or object has too many bytes or characters (R9).
    static func tooLarge(_ field: String, limit: Int, size: Int) -> SpecError {
        exceeded(field, reason: "too_large", limit: limit, size: size)
    }

    /// A list has too many items (R9).
    static func tooMany(_ field: String, limit: Int, size: Int) -> SpecError {
        exceeded(field, reason: "too_many", limit: limit, size: size)
    }

    private static func exceeded(_ field: String, reason: String, limit: Int, size: Int) -> SpecError {
        SpecError(
            .invalidPayload,
            field: field,
            reason: reason,
            details: [Detail("limit", .integer(Int64(limit))), Detail("size", .integer(Int64(size)))]
        )
    }
}
