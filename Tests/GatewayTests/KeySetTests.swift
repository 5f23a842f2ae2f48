import Crypto
import Foundation
import Testing

@testable import Gateway

@Suite("Key sets, R57") struct KeySetTests {
    private static let elliptic = SigningKey.p256(P256.Signing.PrivateKey())
    private static let edwards = SigningKey.ed25519(Curve25519.Signing.PrivateKey())

    /// What is wrong with a set, and with which key of it.
    private func fault(_ text: String) -> KeySet.At? {
        do throws(KeySet.At) {
            _ = try KeySet(parsing: Array(text.utf8))
            return nil
        } catch { return error }
    }

    @Test func `keys of every kind are found by their ids`() throws {
        let ids = ["ed", "ec", "rsa/../é \u{1F511}"]
        let entries = zip(SigningKey.samples, ids).map { $0.entry($1) }
        let set = try KeySet(parsing: Array(try keySet(entries[0], entries[1], entries[2]).utf8))
        for (key, id) in zip(SigningKey.samples, ids) { #expect(set[Array(id.utf8)]?.algorithm == key.algorithm) }
        #expect(set[Array("e".utf8)] == nil)
    }

    @Test func `ids are bytes: two spellings of one character are two`() throws {
        let (one, other) = ("\u{E9}", "e\u{301}")
        let text = try keySet(Self.elliptic.entry(one), Self.edwards.entry(other))
        let set = try KeySet(parsing: Array(text.utf8))
        #expect(set[Array(one.utf8)]?.algorithm == "ES256" && set[Array(other.utf8)]?.algorithm == "EdDSA")
    }

    @Test(arguments: [("EdDSA", "EdDSA"), ("Ed25519", "Ed25519")])
    func `a key that names its algorithm is for that alone`(_ named: String, _ pinned: String) throws {
        let set = try KeySet(parsing: Array(try keySet(Self.edwards.entry("k", ["alg": named])).utf8))
        #expect(set[Array("k".utf8)]?.algorithm == pinned)
    }

    @Test func `what is not for signatures is passed over, but never a private key`() throws {
        let text = try keySet(["kty": "what", "use": "enc"], Self.elliptic.entry("k", ["use": "sig"]))
        #expect(try KeySet(parsing: Array(text.utf8))[Array("k".utf8)] != nil)
        #expect(fault(try keySet(["kty": "EC", "use": "enc"])) == .init(key: nil, fault: .empty))
        let secret = try keySet(Self.elliptic.entry("k"), ["kty": "EC", "use": "enc", "d": "AA"])
        #expect(fault(secret) == .init(key: 2, fault: .secret))
    }

    @Test(
        arguments: [
            (#""key_ops":["verify"]"#, nil), (#""key_ops":["sign","verify"],"use":"sig""#, nil),
            (#""key_ops":["encrypt"],"use":"enc""#, .empty), (#""key_ops":7,"use":"enc""#, .empty),
            (#""key_ops":["sign"]"#, .operations), (#""key_ops":["encrypt","wrapKey"]"#, .operations),
            (#""key_ops":["encrypt"],"use":"sig""#, .operations), (#""key_ops":["Verify"]"#, .operations),
            (#""key_ops":[]"#, .value("key_ops")), (#""key_ops":"verify""#, .value("key_ops")),
            (#""key_ops":["verify",7]"#, .value("key_ops")), (#""key_ops":null"#, .value("key_ops")),
            (#""key_ops":["verify","verify"]"#, .value("key_ops")),
            (#""use":7"#, .value("use")), (#""use":"""#, .value("use")), (#""use":null"#, .value("use")),
            (#""use":["sig"]"#, .value("use")), (#""use":"SIG""#, .empty),
        ] as [(String, KeySetFault?)]
    )
    func `a key that says what it may do must be allowed to check signatures`(_ said: String, _ fault: KeySetFault?)
        throws
    {
        for key in SigningKey.samples {
            let set = try keySet(key.entry("k")).replacing(#""kid":"#, with: said + #","kid":"#)
            let place = fault == .empty ? nil : 1
            #expect(self.fault(set) == fault.map { KeySet.At(key: place, fault: $0) })
        }
    }

    @Test(arguments: [
        "", "[]", "7", "{}", #"{"keys":{}}"#, #"{"keys":[7]}"#, #"{"keys":[],"keys":[]}"#, #"{"keys":[]"#,
    ])
    func `what is no key set is refused`(_ text: String) {
        #expect(fault(text) == .init(key: nil, fault: .noSet))
    }

    @Test func `a set has a key, a number of them, and a size`() throws {
        #expect(fault(#"{"keys":[]}"#) == .init(key: nil, fault: .empty))
        let entry = String(try keySet(Self.elliptic.entry("#")).dropFirst(#"{"keys":["#.count).dropLast(2))
        func set(_ count: Int) -> String {
            let entries = (0..<count).map { entry.replacingOccurrences(of: "#", with: "k\($0)") }
            return #"{"keys":[\#(entries.joined(separator: ","))]}"#
        }
        #expect(fault(set(KeySet.capacity)) == nil)
        #expect(fault(set(KeySet.capacity + 1)) == .init(key: nil, fault: .tooMany))
        let small = set(1)
        let spaces = String(repeating: " ", count: KeySet.bytes - small.utf8.count)
        #expect(fault(small + spaces) == nil)
        #expect(fault(small + spaces + " ") == .init(key: nil, fault: .tooLarge))
    }

    @Test func `an id is there, and there once`() throws {
        #expect(fault(try keySet(Self.elliptic.entry())) == .init(key: 1, fault: .name))
        #expect(fault(try keySet(Self.elliptic.entry(""))) == .init(key: 1, fault: .name))
        let longest = String(repeating: "k", count: 128)
        #expect(fault(try keySet(Self.elliptic.entry(longest))) == nil)
        #expect(fault(try keySet(Self.elliptic.entry(longest + "k"))) == .init(key: 1, fault: .name))
        #expect(
            fault(try keySet(Self.elliptic.entry("k"), Self.edwards.entry("l"), Self.edwards.entry("k")))
                == .init(key: 3, fault: .twice)
        )
    }

    @Test(arguments: ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
    func `a key that is not only public is refused`(_ member: String) throws {
        for key in SigningKey.samples {
            #expect(fault(try keySet(key.entry("id", [member: "AQ"]))) == .init(key: 1, fault: .secret))
        }
    }

    static let bad: [(String, [String: String], KeySetFault)] = [
        ("a shared secret without its member", ["kty": "oct"], .unsupported),
        ("no type", ["kty": ""], .unsupported), ("another curve", ["crv": "P-384"], .unsupported),
        ("the curve of bitcoin", ["crv": "secp256k1"], .unsupported),
        ("a type of its own", ["kty": "ec"], .unsupported),
        ("another algorithm", ["alg": "ES384"], .algorithm("ES256")),
        ("an algorithm of another family", ["alg": "HS256"], .algorithm("ES256")),
        ("none", ["alg": "none"], .algorithm("ES256")), ("an empty algorithm", ["alg": ""], .algorithm("ES256")),
        ("padding", ["x": String(repeating: "A", count: 43) + "="], .value("x")), ("no x", ["x": ""], .value("x")),
        ("an x of 31 bytes", ["x": String(repeating: "A", count: 42)], .value("x")),
        ("a y with a leading zero", ["y": String(repeating: "A", count: 44)], .value("y")),
        ("a point that is not on the curve", ["y": String(repeating: "A", count: 43)], .value("x` or `y")),
    ]

    @Test(arguments: bad)
    func `a key that cannot be used makes the set useless`(
        _ what: String,
        _ change: [String: String],
        _ fault: KeySetFault
    )
        throws
    {
        #expect(
            self.fault(try keySet(Self.edwards.entry("a"), Self.elliptic.entry("b", change)))
                == .init(key: 2, fault: fault)
        )
    }

    @Test func `a member that is no text is none`() throws {
        let x = Self.edwards.members["x"] ?? ""
        #expect(fault(#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"\#(x)","kid":7}]}"#) == .init(key: 1, fault: .name))
        #expect(fault(#"{"keys":[{"kty":["OKP"],"crv":"Ed25519","kid":"k"}]}"#) == .init(key: 1, fault: .unsupported))
        #expect(
            fault(#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"\#(x)","kid":"k","alg":null}]}"#)
                == .init(key: 1, fault: .algorithm("EdDSA or Ed25519"))
        )
    }

    @Test func `an RSA key is neither small nor huge`() throws {
        let small = try #require(SigningKey.rsa(bits: 1024))
        #expect(fault(try keySet(small.entry("k"))) == .init(key: 1, fault: .size(bits: 1024)))
        // One bit below: what stands before the first digit that is not 0 does not count.
        let short = base64URL([0, 0, 0x7F] + [UInt8](repeating: 0xFF, count: 255))
        #expect(
            fault(try keySet(["kty": "RSA", "kid": "k", "n": short, "e": "AQAB"]))
                == .init(key: 1, fault: .size(bits: 2047))
        )
        let long = base64URL([UInt8](repeating: 0xFF, count: 1025))
        #expect(
            fault(try keySet(["kty": "RSA", "kid": "k", "n": long, "e": "AQAB"]))
                == .init(key: 1, fault: .size(bits: 8200))
        )
        for e in ["AQ", "Ag", "AAAA"] {
            var entry = SigningKey.samples[2].entry("k")
            entry["e"] = e
            #expect(fault(try keySet(entry)) == .init(key: 1, fault: .value("n` or `e")), "e = \(e)")
        }
    }

    @Test func `a key that two sets share is noticed under another name`() throws {
        let one = try KeySet(parsing: Array(try keySet(Self.elliptic.entry("a")).utf8))
        let other = try KeySet(parsing: Array(try keySet(Self.edwards.entry("a"), Self.elliptic.entry("b")).utf8))
        let third = try KeySet(parsing: Array(try keySet(Self.edwards.entry("a")).utf8))
        #expect(one.shares(other) && other.shares(one) && !one.shares(third))
    }
}
