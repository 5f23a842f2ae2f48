import ArgumentParser

/// Which data directory.
struct DataOptions: ParsableArguments {
    @Option(help: "The data directory of the service.")
    var data = "./data"
}
