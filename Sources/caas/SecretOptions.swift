import ArgumentParser
import CAASServer

/// Where the secret is that signs tokens.
struct SecretOptions: ParsableArguments {
    @Option(help: "The data directory of a service in development, whose secret is taken. (default: ./data)")
    var data: String?

    @Option(help: "The file with the HS256 secret.")
    var jwtSecretFile: String?

    func validate() throws {
        guard data == nil || jwtSecretFile == nil else {
            throw ValidationError("--data and --jwt-secret-file both name a secret: give one of them.")
        }
    }

    func issuer() throws(ConfigurationError) -> LocalIssuer {
        try LocalIssuer(file: jwtSecretFile, data: data ?? "./data")
    }
}
