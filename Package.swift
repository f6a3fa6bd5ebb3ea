// swift-tools-version: 6.3
import PackageDescription

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbird: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "NIOCore", package: "swift-nio"), logging,
    .product(name: "HTTPTypes", package: "swift-http-types"), lifecycle,
]
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// Arrows point toward the pure; pure imports pure. An edge does one kind of input and output and imports no other edge.
/// Only the daemon joins them, only `silta` makes live things. Checked by `--explicit-target-dependency-import-check error`.
let package = Package(
    name: "silta",
    products: [.executable(name: "silta", targets: ["silta"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Pure: values that decide, bytes that mean something. No clock, no identifiers, no randomness, no I/O.
        .target(name: "SiltaCore"),
        .target(name: "SiltaProof", dependencies: [crypto]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "SiltaFormats", dependencies: ["SiltaCore", "SiltaProof", "CExpat", "CZlib", crypto, cryptoExtras]),
        .target(name: "SiltaConfiguration", dependencies: ["SiltaCore", yams]),

        // Edges: one kind of input and output each.
        .target(name: "SiltaLog", dependencies: ["SiltaCore", "SiltaProof", "SiltaFormats", grdb, sqlite]),
        .target(name: "SiltaState", dependencies: ["SiltaCore", "SiltaFormats", grdb, crypto]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CMemory"),
        .systemLibrary(name: "CSpawn"),
        .target(name: "SiltaTransfer", dependencies: ["CCurl"]),
        .target(name: "SiltaConnectors", dependencies: ["SiltaCore", "SiltaFormats", "SiltaConfiguration", "CSpawn"]),
        .target(name: "SiltaReceiver", dependencies: ["SiltaCore", "SiltaProof", "SiltaFormats"] + hummingbird),
        .target(name: "SiltaConsole", dependencies: hummingbird),
        .target(name: "SiltaSystemd", dependencies: [logging]),
        .target(
            name: "SiltaSocket",
            dependencies: [.product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio")]),

        // The shell that joins them, and the root that makes them live.
        .target(
            name: "SiltaDaemon",
            dependencies: [
                "SiltaCore", "SiltaProof", "SiltaFormats", "SiltaLog", "SiltaState", "SiltaTransfer", "SiltaConsole", "SiltaSystemd",
                "CMemory", lifecycle,
            ]),
        .executableTarget(
            name: "silta",
            dependencies: [
                "SiltaCore", "SiltaProof", "SiltaFormats", "SiltaConfiguration", "SiltaLog", "SiltaState", "SiltaTransfer",
                "SiltaConnectors", "SiltaReceiver", "SiltaConsole", "SiltaSystemd", "SiltaSocket", "SiltaDaemon", argumentParser, crypto,
                logging, lifecycle, .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        // Tests mirror the targets; whole-program tests come last.
        .target(name: "SiltaTesting", dependencies: ["SiltaCore"], path: "Tests/SiltaTesting"),
        .testTarget(name: "SiltaCoreTests", dependencies: ["SiltaCore", "SiltaTesting"]),
        .testTarget(name: "SiltaProofTests", dependencies: ["SiltaProof", crypto]),
        .testTarget(
            name: "SiltaFormatsTests", dependencies: ["SiltaCore", "SiltaProof", "SiltaFormats", "SiltaTesting", crypto],
            exclude: ["Goldens"]),
        .testTarget(name: "SiltaConfigurationTests", dependencies: ["SiltaCore", "SiltaConfiguration"]),
        .testTarget(name: "SiltaLogTests", dependencies: ["SiltaCore", "SiltaProof", "SiltaFormats", "SiltaLog", grdb, crypto]),
        .testTarget(name: "SiltaStateTests", dependencies: ["SiltaCore", "SiltaState", "SiltaTesting"]),
        .testTarget(name: "SiltaTransferTests", dependencies: ["SiltaTransfer", "SiltaTesting"], exclude: ["Server"]),
        .testTarget(
            name: "SiltaConnectorsTests",
            dependencies: ["SiltaCore", "SiltaFormats", "SiltaConfiguration", "SiltaConnectors", "SiltaTransfer", "SiltaTesting"],
            exclude: ["Requests/Server"]),
        .testTarget(
            name: "SiltaReceiverTests", dependencies: ["SiltaCore", "SiltaProof", "SiltaFormats", "SiltaReceiver", crypto]),
        .testTarget(name: "SiltaConsoleTests", dependencies: ["SiltaConsole"] + hummingbird),
        .testTarget(name: "SiltaSystemdTests", dependencies: ["SiltaSystemd", logging]),
        .testTarget(name: "SiltaSocketTests", dependencies: ["SiltaSocket"]),
        .testTarget(name: "SiltaDaemonTests", dependencies: ["SiltaCore", "SiltaLog", "SiltaState", "SiltaSystemd", "SiltaDaemon"]),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "SiltaCore", "SiltaProof", "SiltaFormats", "SiltaLog", "SiltaState", "SiltaDaemon", "SiltaTesting", crypto,
            ]),
        .testTarget(name: "CommandTests", dependencies: ["silta"], exclude: ["recipient.py"]),
        .testTarget(name: "CrashTests", dependencies: ["silta"], exclude: ["crash.py"]),
        .testTarget(name: "YearTests", dependencies: ["silta"], exclude: ["play-year.py", "hostile.py"]),
    ],
    swiftLanguageModes: [.v6]
)

// Only where benchmarks are run, lest ordinary builds pay for it.
if Context.environment["SILTA_BENCHMARKS"] != nil {
    package.targets.append(
        .executableTarget(
            name: "bench-log", dependencies: ["SiltaCore", "SiltaFormats", "SiltaLog", argumentParser], path: "Tests/Benchmarks/LogWriters")
    )
}

// Only where fuzz.py builds them: everything in them is built for libFuzzer.
if Context.environment["SILTA_FUZZERS"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzzers", dependencies: ["SiltaCore", "SiltaFormats", "SiltaConfiguration", "SiltaConnectors"], path: "Tests/Fuzzers",
            exclude: ["Corpus", "fuzz.py"]))
}

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"),
        .enableUpcomingFeature("ImmutableWeakCaptures"),
        .treatAllWarnings(as: .error),
    ]
    // Tests run on the optimised program and look inside: `deploy/prepare` asks for that, what is shipped goes without.
    if Context.environment["SILTA_TESTABLE"] != nil { target.swiftSettings?.append(.unsafeFlags(["-enable-testing"])) }
    if target.name == "fuzzers" { target.swiftSettings?.append(.unsafeFlags(["-parse-as-library"])) }
}
