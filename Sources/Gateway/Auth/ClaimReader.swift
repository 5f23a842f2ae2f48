/// Reads claims one by one and remembers the first that is wrong; null is absent.
struct ClaimReader {
    /// Above this a time is in milliseconds (R56); as seconds it is the year 5138.
    private static let latestTime: Double = 100_000_000_000

    private let claims: KeyedDecodingContainer<TokenClaims.Claim>
    private(set) var fault: TokenFault?

    init(_ claims: KeyedDecodingContainer<TokenClaims.Claim>) {
        self.claims = claims
    }

    /// A text, as it is.
    mutating func text(_ claim: TokenClaims.Claim) -> String? {
        value(claim)
    }

    /// A text that has a meaning.
    mutating func text<Meaning>(_ claim: TokenClaims.Claim, _ meaning: (String) -> Meaning?) -> Meaning? {
        guard let text: String = value(claim) else { return nil }
        guard let meaning = meaning(text) else {
            note(claim)
            return nil
        }
        return meaning
    }

    /// One text or a list of them.
    mutating func texts(_ claim: TokenClaims.Claim) -> [String]? {
        if let text = try? claims.decodeIfPresent(String.self, forKey: claim) { return [text] }
        return value(claim)
    }

    /// Seconds since 1970.
    mutating func time(_ claim: TokenClaims.Claim) -> Double? {
        guard let seconds: Double = value(claim) else { return nil }
        guard seconds.magnitude <= Self.latestTime else {
            note(claim)
            return nil
        }
        return seconds
    }

    /// Notes a claim that has to be there and is not.
    mutating func require(_ claim: TokenClaims.Claim, _ value: (some Any)?) {
        if value == nil { note(claim) }
    }

    private mutating func value<Value: Decodable>(_ claim: TokenClaims.Claim) -> Value? {
        do { return try claims.decodeIfPresent(Value.self, forKey: claim) } catch {
            note(claim)
            return nil
        }
    }

    private mutating func note(_ claim: TokenClaims.Claim) {
        fault = fault ?? TokenFault(rawValue: claim.rawValue) ?? .malformed
    }
}
