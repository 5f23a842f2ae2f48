/// What a route reads of a request beside its path, and how it is described in `/openapi.json`.
struct Operation: Sendable {
    /// Unique: generated clients call their functions so.
    let id: String
    /// A sentence for people.
    let summary: String
    /// The heading under which it stands.
    let tag: String
    /// The parameters of the query that the service gets; `asUser` is none of them.
    var query: [QueryParameter] = []
    /// Fields of the head that change what is answered, beside those of every route.
    var fields: [Field] = []
    /// The name of the body's schema; nil reads no body.
    var body: String?
    var bodyType = "application/json"
    var isBodyRequired = true
    /// Whether a key names the user that it acts for.
    var author = Author.optional
    /// Whether `Idempotency-Key` means something.
    var takesKey = false
    /// Whether it may take long, and so has places of its own among what the node works on.
    var isLong = false
    /// What is answered when all goes well, the first as a rule.
    let answers: [Answer]
    /// Statuses of refusals that only this one has.
    var refusals: [Int] = []

    enum Author: Sendable {
        /// The route is no matter of any user.
        case none
        /// Without one the key acts by itself.
        case optional
        /// A key without one is told `MISSING_FIELD`.
        case required
    }

    /// A field of a head.
    struct Field: Sendable {
        let name: String
        /// A sentence for people.
        let meaning: String
    }

    struct Answer: Sendable {
        let status: Int
        /// The name of the schema.
        let schema: String
        /// A sentence for people.
        let meaning: String
        /// Nil for an answer without a body.
        var type: String? = "application/json"
        var fields: [Field] = []

        static func bytes(_ status: Int, _ meaning: String, _ fields: [Field]) -> Answer {
            Answer(status: status, schema: "FileBytes", meaning: meaning, type: "*/*", fields: fields)
        }

        static func nothing(_ status: Int, _ meaning: String, _ fields: [Field] = []) -> Answer {
            Answer(status: status, schema: "", meaning: meaning, type: nil, fields: fields)
        }

        static func ok(_ schema: String, _ meaning: String) -> Answer {
            Answer(status: 200, schema: schema, meaning: meaning)
        }

        /// With a `Location`.
        static func created(_ schema: String, _ meaning: String) -> Answer {
            Answer(status: 201, schema: schema, meaning: meaning)
        }
    }
}

extension QueryParameter {
    static let limit = QueryParameter(
        name: "limit",
        kind: .integer(minimum: 1),
        meaning: "How many at most: 50 unless said otherwise, and above 100 it is 100."
    )
    static let cursor = QueryParameter(
        name: "cursor",
        kind: .text,
        meaning: "Where to go on: the `cursor` of the page before."
    )
    static let reason = QueryParameter(
        name: "reason",
        kind: .text,
        meaning: "Why, for those who read about it; at most 512 bytes."
    )
}
