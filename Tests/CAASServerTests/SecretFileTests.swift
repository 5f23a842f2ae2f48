import CAASServer
import Foundation
import Testing

@Suite("Secret files") struct SecretFileTests {
    static let letters = String(repeating: "x", count: 32)

    @Test(arguments: [
        (letters, letters), (letters + "\n", letters), (letters + "\n\n", letters + "\n"),
        (letters + "\r\n", letters + "\r"), (" " + letters, " " + letters), ("é" + letters, "é" + letters),
    ])
    func `a secret is the file's bytes less one trailing newline`(_ text: String, _ secret: String) throws {
        let directory = try TemporaryDirectory()
        #expect(try SecretFile.read(try directory.file("s", text)) == Array(secret.utf8))
    }

    @Test(arguments: [
        "", "\n", String(letters.dropLast()), String(letters.dropLast()) + "\n", String(repeating: "y", count: 5000),
    ])
    func `a secret has 32 bytes at least, and no more than 4096`(_ text: String) throws {
        let directory = try TemporaryDirectory()
        let file = try directory.file("s", text)
        #expect(throws: ConfigurationError(["The secret file \(file) must have 32 to 4096 bytes."])) {
            try SecretFile.read(file)
        }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o601, 0o644, 0o777])
    func `a secret that others could reach is refused`(_ mode: Int) throws {
        let directory = try TemporaryDirectory()
        let file = try directory.file("s", Self.letters, mode: mode)
        let error = #expect(throws: ConfigurationError.self) { try SecretFile.read(file) }
        #expect(error?.description.contains("chmod 600") == true)
    }

    @Test(arguments: [0o600, 0o400, 0o700])
    func `a secret of its owner alone is taken`(_ mode: Int) throws {
        let directory = try TemporaryDirectory()
        #expect(try SecretFile.read(try directory.file("s", Self.letters, mode: mode)).count == 32)
    }

    @Test func `what is missing or no file is refused`() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: ConfigurationError.self) { try SecretFile.read(directory.path + "/nothing") }
        #expect(throws: ConfigurationError.self) { try SecretFile.read(directory.path) }
    }

    @Test func `the first start makes a secret, later ones use it`() throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/deep/data"
        let secret = try SecretFile.readOrMake(inData: data)
        #expect(secret.count == 43)
        #expect(
            secret.allSatisfy { "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8.contains($0) }
        )
        #expect(try directory.mode("deep/data") == 0o700)
        #expect(try directory.mode("deep/data/jwt-secret") == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: data) == ["jwt-secret"])
        #expect(try Data(contentsOf: URL(filePath: SecretFile.path(inData: data))).last == UInt8(ascii: "\n"))
        #expect(try SecretFile.readOrMake(inData: data) == secret)
    }

    @Test(arguments: ["/q", "/q/./w/", "//q", "/q/../w/é"])
    func `a path may be written in any way`(_ path: String) throws {
        let directory = try TemporaryDirectory()
        let secret = try SecretFile.readOrMake(inData: directory.path + path)
        #expect(try SecretFile.readOrMake(inData: directory.path + path) == secret)
    }

    @Test func `many first starts at once agree on one secret`() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let secrets = try await withThrowingTaskGroup { group in
            for _ in 0..<32 { group.addTask { try SecretFile.readOrMake(inData: data) } }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(secrets.count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: data) == ["jwt-secret"])
    }

    @Test func `two services make different secrets`() throws {
        let directory = try TemporaryDirectory()
        let one = try SecretFile.readOrMake(inData: directory.path + "/1")
        #expect(one != (try SecretFile.readOrMake(inData: directory.path + "/2")))
    }

    @Test func `where no directory can be made the reason is told`() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.file("file", "")
        let error = #expect(throws: ConfigurationError.self) { try SecretFile.readOrMake(inData: file + "/data") }
        #expect(error?.description.hasPrefix("The data directory \(file)/data cannot be made: ") == true)
    }

    @Test func `checking makes nothing`() async throws {
        let directory = try TemporaryDirectory()
        _ = try await ServerConfiguration.load(environment: ["CAAS_DATA": directory.path + "/data"])
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/data"))
    }

    @Test func `a secret that was there and is bad is not replaced`() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.file("jwt-secret", "short")
        #expect(throws: ConfigurationError.self) { try SecretFile.readOrMake(inData: directory.path) }
    }
}
