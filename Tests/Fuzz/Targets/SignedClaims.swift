import Foundation

/// The header and the claims of a token as Foundation reads them.
struct SignedClaims {
    let header: [UInt8]
    let claims: [UInt8]
    private let fields: [String: Any]
    private let members: [String: Any]

    init(header: [UInt8], claims: [UInt8]) {
        self.header = header
        self.claims = claims
        fields = Self.object(header)
        members = Self.object(claims)
    }

    private static func object(_ bytes: [UInt8]) -> [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] ?? [:]
    }

    var algorithm: String? { fields["alg"] as? String }
    var isCritical: Bool { fields["crit"] != nil }

    func text(_ claim: String) -> String? { members[claim] as? String }

    /// A time; nil where there is none.
    func milliseconds(_ claim: String) -> Int64? {
        guard let seconds = (members[claim] as? NSNumber)?.doubleValue, seconds.magnitude <= 1e11 else { return nil }
        return Int64((seconds * 1000).rounded(.down))
    }

    var audiences: [String] { text("aud").map { [$0] } ?? members["aud"] as? [String] ?? [] }

    /// Whether nobody could find anything wrong with it: few claims, all of them simple.
    ///
    /// - Parameter now: Seconds since 1970.
    func isPlainlyGood(now: Int64) -> Bool {
        let isPlain = [header, claims].allSatisfy { $0.allSatisfy { 0x20...0x7E ~= $0 && $0 != UInt8(ascii: "\\") } }
        guard isPlain, header == Array(#"{"alg":"HS256"}"#.utf8), let sub = text("sub"), let end = milliseconds("exp")
        else {
            return false
        }
        let expected = #"{"tid":"a","aud":"caas","sub":"\#(sub)","exp":\#(end / 1000)}"#
        let isID =
            (1...20).contains(sub.utf8.count) && sub.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
        return isID && claims == Array(expected.utf8) && (now...now + 3_600).contains(end / 1000)
    }
}
