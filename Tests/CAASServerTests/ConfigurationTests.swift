import CAASProtocol
import CAASServer
import Foundation
import Gateway
import Testing

@Suite("Configuration: where settings come from") struct ConfigurationTests {
    static let secret = String(repeating: "s", count: 32)

    @Test func `with nothing said the defaults hold`() async throws {
        let configuration = try await ServerConfiguration.load()
        #expect(configuration.environment == .development)
        #expect(configuration.host == "localhost")
        #expect(configuration.port == 8080)
        #expect(configuration.dataDirectory == "./data")
        #expect(configuration.tokenLifetime == .seconds(86_400))
        #expect(configuration.chatSettings == ServerConfiguration().chatSettings)
    }

    @Test func `the table's defaults are those of the type`() async throws {
        let (loaded, made) = (try await ServerConfiguration.load(), ServerConfiguration())
        #expect("\(loaded)" == "\(made)")
    }

    struct Place: Sendable, CustomTestStringConvertible {
        var flag: Int?
        var variable: Int?
        var file: Int?
        var expected: Int
        var testDescription: String { "flag \(flag ?? 0), environment \(variable ?? 0), file \(file ?? 0)" }
    }

    @Test(arguments: [
        Place(flag: 1, variable: 2, file: 3, expected: 1),
        Place(variable: 2, file: 3, expected: 2),
        Place(file: 3, expected: 3),
        Place(flag: 1, file: 3, expected: 1),
        Place(expected: 8080),
    ])
    func `a flag goes before the environment, that before the file, that before the default`(_ place: Place)
        async throws
    {
        let directory = try TemporaryDirectory()
        let file = try directory.file("c.json", place.file.map { #"{"port":\#($0)}"# } ?? "{}")
        let port = try #require(Setting.all.first { $0.name == "port" })
        let configuration = try await ServerConfiguration.load(
            file: file,
            flags: place.flag.map { [port: .integer($0)] } ?? [:],
            environment: place.variable.map { ["CAAS_PORT": "\($0)"] } ?? [:]
        )
        #expect(configuration.port == place.expected)
    }

    @Test(arguments: Setting.all)
    func `every setting is read from the environment and from the file`(_ setting: Setting) async throws {
        // A wrong value is refused with the setting's name only where it is read.
        let wrong = setting.kind == .text ? "" : setting.kind == .texts ? "a,,b" : "wrong"
        let problems = await Self.problems(environment: [setting.environmentName: wrong])
        #expect(problems.first?.hasPrefix("\(setting.environmentName) must be") == true, "\(problems)")
        let directory = try TemporaryDirectory()
        let file = try directory.file("c.json", #"{"\#(setting.name)":{}}"#)
        let inFile = await Self.problems(file: file)
        #expect(inFile == ["\(file): `\(setting.name)` must be \(setting.wants)."])
    }

    @Test(arguments: [
        ("CAAS_PORT", "abc"), ("CAAS_PORT", "65536"), ("CAAS_PORT", "-1"), ("CAAS_PORT", "8080.5"), ("CAAS_PORT", ""),
        ("CAAS_ENVIRONMENT", "staging"), ("CAAS_CONFORMANCE", "maybe"), ("CAAS_AUDIENCE", ""),
        ("CAAS_TOKEN_LIFETIME", "0"), ("CAAS_LOG_LEVEL", "loud"), ("CAAS_CREATE_POLICY", "some"),
    ])
    func `a bad value is refused with the name of where it stands`(_ name: String, _ value: String) async {
        let problems = await Self.problems(environment: [name: value])
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("\(name) must be") == true)
    }

    @Test(arguments: ["CAAS_PROT", "CAAS_", "CAAS_TENANTS", "CAAS_CONFIG"])
    func `a name of the environment that is no setting is refused`(_ name: String) async {
        #expect(await Self.problems(environment: [name: "1"]) == ["\(name) in the environment is no setting."])
    }

    @Test func `other variables are nobody's business`() async throws {
        _ = try await ServerConfiguration.load(environment: ["PATH": "/bin", "CAASX": "1", "caas_port": "x"])
    }

    @Test(arguments: [
        (#"{"prot":1}"#, "`prot` is no setting."), (#"{"port":"8080"}"#, "`port` must be"),
        (#"{"port":true}"#, "`port` must be"), (#"{"port":1.5}"#, "`port` must be"),
        (#"{"conformance":1}"#, "`conformance` must be"), (#"{"allowedOrigins":"x"}"#, "`allowedOrigins` must be"),
        (#"{"tenants":{}}"#, "`tenants` must be"), (#"{"tenants":[7]}"#, "`tenants` must be"),
        (#"{"tenants":[{"id":"a"}]}"#, "`tenants[0]`: `jwtSecretFile` or `jwksFile` must be there, one of them"),
        (
            #"{"tenants":[{"id":"a","jwtSecretFile":"f","jwksFile":"g"}]}"#,
            "`tenants[0]`: `jwtSecretFile` or `jwksFile` must be there, one of them"
        ),
        (#"{"tenants":[{"id":"a","jwksFile":7}]}"#, "`tenants[0]`: `jwksFile` must be a text"),
        (#"{"tenants":[{"id":"a b","jwtSecretFile":"f"}]}"#, "`tenants[0]`: `id` must be"),
        (#"{"tenants":[{"id":"a","jwtSecretFile":"f","aud":"x"}]}"#, "`tenants[0]`: `aud` is no setting of a tenant."),
        (#"{"tenants":[{"id":"a","jwtSecretFile":"f","issuer":""}]}"#, "`tenants[0]`: `issuer` must not be empty."),
        (#"{"port":1,"port":2}"#, " is no JSON that can be taken (duplicate_key)"), ("{", " is no JSON"),
        ("[]", " must be one JSON object"), ("", " is no JSON"),
    ])
    func `a file that says something wrong is refused`(_ text: String, _ expected: String) async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.file("c.json", text)
        let problems = await Self.problems(file: file)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix(file) == true)
        #expect(problems.first?.contains(expected) == true, "\(problems)")
    }

    @Test func `a file that is not there is refused`() async {
        #expect(
            await Self.problems(file: "/nowhere/c.json") == ["The configuration file /nowhere/c.json is not there."]
        )
    }

    @Test func `null in the file is absent, and everything wrong is told at once`() async throws {
        let directory = try TemporaryDirectory()
        let good = try directory.file("good.json", #"{"port":null,"audience":null,"tenants":null}"#)
        #expect(try await ServerConfiguration.load(file: good).port == 8080)
        let bad = try directory.file("bad.json", #"{"x":1,"y":2}"#)
        #expect(await Self.problems(file: bad, environment: ["CAAS_PORT": "z", "CAAS_Q": ""]).count == 4)
    }

    @Test func `lists come from the environment by commas and from the file as lists`() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.file("c.json", #"{"allowedOrigins":["https://a.example"]}"#)
        let configuration = try await ServerConfiguration.load(
            file: file,
            environment: ["CAAS_PUBLIC_HOSTS": "chat.example, chat.example:8443"]
        )
        #expect(configuration.publicHosts == ["chat.example", "chat.example:8443"])
        #expect(configuration.allowedOrigins == ["https://a.example"])
    }

    @Test func `every setting has its own name, and the page of all settings lists each`() throws {
        let names = Setting.all.map(\.name)
        #expect(Set(names).count == names.count)
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/configuration.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        for setting in Setting.all {
            #expect(text.contains(setting.row), "docs/configuration.md wants this line:\n\(setting.row)")
        }
        // The second table has the six members of a tenant.
        #expect(text.split(separator: "\n").count { $0.hasPrefix("| `") } == names.count + 6)
    }

    static func problems(
        file: String? = nil,
        flags: [Setting: Setting.Value] = [:],
        environment: [String: String] = [:]
    ) async -> [String] {
        do {
            _ = try await ServerConfiguration.load(file: file, flags: flags, environment: environment)
            return []
        } catch {
            return error.problems
        }
    }
}

extension Setting {
    /// The setting's line in `docs/configuration.md`.
    var row: String {
        let standard =
            switch self.standard {
            case .words(let words): words
            case .value(.text(let text)): "`\(text)`"
            case .value(.integer(let integer)): "\(integer)"
            case .value(.flag(let flag)): "`\(flag)`"
            case .value(.texts(let texts)): texts.isEmpty ? "none" : texts.joined(separator: ", ")
            }
        let names = ["`\(name)`", "`\(environmentName)`", flag.map { "`\($0)`" } ?? ""]
        return "| " + (names + [standard, unit ?? "", wants, meaning]).joined(separator: " | ") + " |"
    }
}
