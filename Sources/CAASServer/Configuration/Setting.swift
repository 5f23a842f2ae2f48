/// One thing that who runs the service may decide.
///
/// The table of all of them is ``all``; `docs/configuration.md` lists the same ones.
package struct Setting: Sendable, Hashable {
    /// What values there are.
    package enum Kind: Sendable, Hashable {
        case text
        case choice([String])
        case integer(ClosedRange<Int>)
        case flag
        case texts
    }

    /// One value.
    package enum Value: Sendable, Hashable {
        case text(String)
        case integer(Int)
        case flag(Bool)
        case texts([String])
    }

    /// What holds where nobody says anything.
    package enum Standard: Sendable, Hashable {
        case value(Value)
        /// Nothing, or something that depends on other settings: what it is, in words.
        case words(String)
    }

    /// The name in the file, in camel case; behind a dot, of a member of the object that stands before it.
    package let name: String
    package let kind: Kind
    package let standard: Standard
    /// What a number counts; nil for what is no number.
    package let unit: String?
    /// One sentence or two for who runs the service.
    package let meaning: String
    /// Whether `caas serve` has a flag for it.
    package let hasFlag: Bool

    init(
        _ name: String,
        _ kind: Kind,
        _ standard: Standard,
        unit: String? = nil,
        flag: Bool = false,
        _ meaning: String
    ) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.unit = unit
        self.meaning = meaning
        hasFlag = flag
    }

    /// The environment's name for it, such as `CAAS_JWT_SECRET_FILE`.
    package var environmentName: String {
        "CAAS_" + words(joinedBy: "_").uppercased()
    }

    /// The flag of `caas serve`, such as `--jwt-secret-file`.
    package var flag: String? {
        hasFlag ? "--" + words(joinedBy: "-") : nil
    }

    /// What values there are, in words.
    package var wants: String {
        switch kind {
        case .text: "a text"
        case .choice(let names): "one of " + names.map { "`\($0)`" }.joined(separator: ", ")
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "`true` or `false`"
        case .texts: "a list of texts"
        }
    }

    private func words(joinedBy separator: String) -> String {
        var text = ""
        var last = Character(" ")
        for character in name {
            if last.isLowercase, character.isUppercase { text += separator }
            text += character == "." ? separator : character.lowercased()
            last = character
        }
        return text
    }
}
