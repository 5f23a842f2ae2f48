import CAASProtocol

/// The strict scanner and the canonical form, beside Foundation.
enum JSONTarget {
    static func run(_ input: [UInt8]) throws(Broken) {
        let fragment: JSONFragment
        do throws(SpecError) {
            fragment = try JSONFragment(parsing: input.span.bytes)
        } catch {
            let reasons = ["json", "depth", "members", "duplicate_key", "text", "number"]
            try require(reasons.contains(error.reason ?? ""), "refused for \(error.reason ?? "nothing")")
            // What is refused for another reason than its grammar may be JSON: the rules are stricter by intention.
            guard error.reason == "json", FoundationJSON.isComparable(input) else { return }
            return try require(FoundationJSON.value(input) == nil, "Foundation takes what is refused as no JSON")
        }
        try require(UTF8Reference.isText(input), "takes what is not UTF-8")
        let canonical = fragment.canonicalForm()
        let again: JSONFragment
        do throws(SpecError) {
            again = try JSONFragment(parsing: canonical.span.bytes)
        } catch {
            throw Broken("its canonical form is refused for \(error.reason ?? "nothing"): \(text(canonical))")
        }
        try require(again.canonicalForm() == canonical, "its canonical form has another one: \(text(canonical))")
        // Sorted, unescaped, and with at most 17 digits where there was an exponent of two.
        try require(canonical.count <= 8 * input.count, "\(canonical.count) bytes come of \(input.count)")
        guard FoundationJSON.isComparable(input), FoundationJSON.isComparable(canonical) else { return }
        let value = FoundationJSON.value(input)
        try require(value != nil, "Foundation does not take it")
        try require(FoundationJSON.value(canonical) == value, "to Foundation \(text(canonical)) is something else")
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
