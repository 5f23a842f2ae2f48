// swift-tools-version: 6.2
import PackageDescription

// `FUZZ=1 swift build --product fuzz --scratch-path .build-fuzz` builds the fuzzer, and only then is there one: own code
// is instrumented for libFuzzer and the address sanitizer. See Tests/Fuzz/README.md.
let isFuzzing = Context.environment["FUZZ"] == "1"

let plain: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]
let settings = plain + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address"])] : [])

let nio: [Target.Dependency] = [.product(name: "NIOCore", package: "swift-nio")]
let metrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")

let fuzzer: [Target] =
    isFuzzing
    ? [
        .executableTarget(
            name: "fuzz",
            dependencies: ["FuzzTargets"],
            path: "Tests/Fuzz/Driver",
            swiftSettings: plain,
            linkerSettings: [.unsafeFlags(["-use-ld=lld", "-sanitize=fuzzer,address"])]
        )
    ] : []

let package = Package(
    name: "caas-socket-service",
    products: [
        .executable(name: "caas", targets: ["caas"]),
        .library(name: "CAASProtocol", targets: ["CAASProtocol"]),
        .library(name: "CAASClient", targets: ["CAASClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(
            url: "https://github.com/apple/swift-configuration",
            exact: "1.4.0",
            traits: ["JSON", "CommandLineArguments"]
        ),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", exact: "2.13.0"),
    ],
    targets: [
        // The contract as values: frames, events, acknowledgements, errors, the media packet.
        .target(name: "CAASProtocol", swiftSettings: settings),
        // The system's zlib.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // RFC 6455 and RFC 7692 as a machine: bytes and time in, actions out. No I/O.
        .target(
            name: "WebSocketWire",
            dependencies: ["CZlib"] + nio + [.product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
        // Engine.IO v4 as a machine: requests, messages and time in, actions out. No I/O.
        .target(name: "EngineIOWire", dependencies: nio, swiftSettings: settings),
        // Socket.IO v5 as a machine: messages and time in, actions out. No I/O.
        .target(name: "SocketIOWire", dependencies: nio, swiftSettings: settings),
        // What the service does, and the ports it does it through.
        .target(
            name: "Chat",
            dependencies: ["CAASProtocol", .product(name: "Crypto", package: "swift-crypto"), metrics],
            swiftSettings: settings
        ),
        // The system of record in one file.
        .target(
            name: "StorageSQLite",
            dependencies: [
                "CAASProtocol", "Chat", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),
        // Files of users as files of a directory.
        .target(name: "BlobDirectory", dependencies: ["CAASProtocol", "Chat"], swiftSettings: settings),
        // Live connections.
        .target(
            name: "Gateway",
            dependencies: [
                "CAASProtocol", "WebSocketWire", "EngineIOWire", "SocketIOWire", "CZlib", "Chat",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                metrics,
            ],
            swiftSettings: settings
        ),
        // Everything that is no socket: health, the development sign-in, the page.
        .target(
            name: "HTTPAPI",
            dependencies: [
                "CAASProtocol", "Chat", "Gateway",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                metrics,
            ],
            resources: [.copy("Resources/console")],
            swiftSettings: settings
        ),
        // Metrics as Prometheus reads them.
        .target(name: "PrometheusExporter", dependencies: [metrics], swiftSettings: settings),
        // The Swift SDK.
        .target(
            name: "CAASClient",
            dependencies: [
                "CAASProtocol", "WebSocketWire",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        // Assembly: configuration and the life of the process.
        .target(
            name: "CAASServer",
            dependencies: [
                "CAASProtocol", "WebSocketWire", "Chat", "StorageSQLite", "BlobDirectory", "Gateway", "HTTPAPI",
                "PrometheusExporter",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
                metrics,
            ],
            swiftSettings: settings
        ),
        // The command line.
        .executableTarget(
            name: "caas",
            dependencies: [
                "CAASProtocol", "CAASClient", "CAASServer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        // The client role before a conformance suite: `make conformance`.
        .executableTarget(
            name: "ConformanceClient",
            dependencies: [
                "WebSocketWire",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/Conformance/Client",
            swiftSettings: settings
        ),

        // Tests, one suite a module.
        // What the tests of several modules use.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(
            name: "CAASProtocolTests",
            dependencies: ["CAASProtocol"],
            exclude: ["Golden"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WebSocketWireTests",
            dependencies: ["WebSocketWire", "TestSupport"] + nio,
            swiftSettings: settings
        ),
        .testTarget(
            name: "EngineIOWireTests",
            dependencies: ["EngineIOWire", "TestSupport"] + nio,
            swiftSettings: settings
        ),
        .testTarget(
            name: "SocketIOWireTests",
            dependencies: ["SocketIOWire", "TestSupport"] + nio,
            swiftSettings: settings
        ),
        .testTarget(
            name: "ChatTests",
            dependencies: [
                "CAASProtocol", "Chat", "TestSupport", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StorageSQLiteTests",
            dependencies: [
                "CAASProtocol", "Chat", "StorageSQLite", "BlobDirectory", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "CAASClient", "CAASProtocol", "WebSocketWire", "EngineIOWire", "Chat", "Gateway",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                metrics,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "HTTPAPITests",
            dependencies: [
                "CAASProtocol", "Chat", "Gateway", "HTTPAPI",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                metrics,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PrometheusExporterTests",
            dependencies: ["PrometheusExporter", metrics],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CAASClientTests",
            dependencies: [
                "CAASProtocol", "WebSocketWire", "CAASClient",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CAASServerTests",
            dependencies: [
                "CAASProtocol", "Chat", "StorageSQLite", "Gateway", "PrometheusExporter", "CAASServer",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),

        // What must hold for any bytes from the wire, as plain functions: for the fuzzer and for the tests that replay its cases.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "CAASProtocol", "WebSocketWire", "EngineIOWire", "SocketIOWire", "Chat", "Gateway", "HTTPAPI",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/Fuzz/Targets",
            swiftSettings: plain
        ),
        .testTarget(
            name: "FuzzTests",
            dependencies: ["FuzzTargets"],
            path: "Tests/Fuzz/Replay",
            swiftSettings: settings
        ),
    ] + fuzzer
)
