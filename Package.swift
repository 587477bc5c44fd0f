// swift-tools-version: 6.2
import PackageDescription

/// Language mode 6, warnings are errors, imports are internal unless they say otherwise.
let commonSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// In the domain targets an asynchronous function runs where its caller runs, so that an actor on a thread of its own
/// stays there. The daemon does without: Hummingbird's protocols are declared the other way.
let settings = commonSettings + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "guest-agent",
    products: [.executable(name: "guest-agent", targets: ["GuestAgent"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C: system libraries and what Swift cannot say.
        .systemLibrary(
            name: "CX11",
            pkgConfig: "x11 xext xtst xfixes xdamage xrandr",
            providers: [
                .apt([
                    "libx11-dev", "libxext-dev", "libxtst-dev", "libxfixes-dev", "libxdamage-dev", "libxrandr-dev",
                    "libxdo-dev",
                ])
            ]
        ),
        .systemLibrary(
            name: "CDeflate", pkgConfig: "libisal libdeflate", providers: [.apt(["libisal-dev", "libdeflate-dev"])]),
        .systemLibrary(
            name: "CCompression", pkgConfig: "zlib libzstd", providers: [.apt(["zlib1g-dev", "libzstd-dev"])]),
        // From static libraries: libarchive's shared one loads libxml2 and ICU, for a format that is not used. Nettle, for
        // zip files with a password, is under the LGPL and stays shared.
        .target(
            name: "CArchive",
            linkerSettings: [":libarchive.a", ":liblzma.a", ":libbz2.a", "nettle", "zstd", "z"].map {
                .linkedLibrary($0)
            }),
        // Static, for it is not in a minimal Debian and would be loaded at every start.
        .target(name: "CRegex", linkerSettings: [.linkedLibrary(":libre2.a")]),
        .target(name: "CLibAV"),
        .target(name: "CPulse"),
        .target(name: "CThread"),
        .target(name: "CXGuard"),
        .target(name: "CPixels"),
        .target(name: "CYUV"),
        .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
        .target(name: "CFileSystem"),
        .target(name: "CAgentShims"),
        .target(name: "CEpoll"),
        .target(name: "CSpec"),
        .target(name: "CMemory"),
        .target(name: "CNodeProgram", exclude: ["javascript"]),

        // Domain.
        library("AgentCore", ["CEpoll", "CThread", crypto]),
        library("XDisplay", ["AgentCore", "CX11", "CXGuard"]),
        library("XInput", ["AgentCore", "XDisplay", "CX11"]),
        library(
            "ScreenCapture", ["AgentCore", "XDisplay", "CX11", "CDeflate", "CJPEG", "CPixels", lifecycle]),
        library(
            "Recorder", ["AgentCore", "ScreenCapture", "XDisplay", "CLibAV", "CPulse", "CYUV", logging, lifecycle]),
        library("FSService", ["AgentCore", "CArchive", "CFileSystem", "CRegex", nioCore, nioPosix]),
        library("ProcessService", ["AgentCore", "CAgentShims"]),
        library("PlaywrightRuntime", ["AgentCore", "ProcessService", "CNodeProgram"]),
        library("LogStream", ["AgentCore"]),
        library("MachineLifecycle", ["AgentCore", "CMemory", logging, lifecycle]),
        library("Listening", ["AgentCore", nioCore, nioHTTP1]),
        library(
            "DevToolsProxy",
            ["AgentCore", "Listening", nioCore, nioPosix, nioHTTP1, nioWebSocket, logging, lifecycle]),
        library("BrowserControl", ["AgentCore", "FSService", "XDisplay", crypto, nioCore]),
        library("AgentAPI", []),

        // The daemon.
        .executableTarget(
            name: "GuestAgent",
            dependencies: [
                "AgentAPI", "AgentCore", "BrowserControl", "DevToolsProxy", "FSService", "Listening", "LogStream",
                "MachineLifecycle", "PlaywrightRuntime", "ProcessService", "Recorder", "ScreenCapture", "XDisplay",
                "XInput",
                "CCompression", "CMemory", "CSpec",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "NIOFoundationEssentialsCompat", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                httpTypes, nioCore, nioPosix, nioHTTP1, nioSSL, logging, lifecycle,
            ],
            exclude: ["guest-agent.ld"],
            swiftSettings: commonSettings,
            // Nothing is loaded into the program that would look for its symbols: 2 MB less to map at every start.
            // LLVM's linker folds functions that came out the same and packs relocations: 2 MB less again. Without tables
            // for exceptions of C++, which nothing here throws: 5 MB less (docs/adr/0019).
            linkerSettings: [
                .unsafeFlags(["-Xlinker", "--no-export-dynamic"]),
                .unsafeFlags(
                    [
                        "-use-ld=lld", "-Xlinker", "--icf=safe", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
                        "-Xlinker", "--script=\(Context.packageDirectory)/Sources/GuestAgent/guest-agent.ld",
                    ],
                    .when(configuration: .release)),
            ]
        ),

        // Tests.
        .target(
            name: "AgentTestSupport", dependencies: ["AgentCore"], path: "Tests/AgentTestSupport",
            swiftSettings: settings),
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "AgentAPI", "AgentCore", "BrowserControl", "DevToolsProxy", "FSService", "GuestAgent", "LogStream",
                "PlaywrightRuntime", "ProcessService", "Recorder", "ScreenCapture", "XDisplay", "XInput", nioCore,
                nioHTTP1, httpTypes,
            ],
            swiftSettings: commonSettings),
        tests("AgentAPITests", ["AgentAPI", "AgentCore"]),
        tests("AgentCoreTests", ["AgentCore", "AgentTestSupport"]),
        .testTarget(
            name: "GuestAgentTests",
            dependencies: [
                "GuestAgent", "AgentAPI", "AgentCore", "Listening", nioCore, nioPosix, httpTypes, logging, lifecycle,
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            swiftSettings: commonSettings),
        tests(
            "DevToolsProxyTests",
            [
                "AgentCore", "AgentTestSupport", "DevToolsProxy", "Listening", nioCore, nioPosix, nioHTTP1,
                nioWebSocket, logging,
                lifecycle,
            ]),
        tests(
            "ListeningTests",
            ["AgentCore", "Listening", nioCore, nioHTTP1, .product(name: "NIOEmbedded", package: "swift-nio")]),
        tests("LogStreamTests", ["AgentCore", "AgentTestSupport", "LogStream"]),
        tests("ProcessServiceTests", ["AgentCore", "AgentTestSupport", "ProcessService"]),
        tests("PlaywrightRuntimeTests", ["AgentCore", "PlaywrightRuntime"]),
        tests("FSServiceTests", ["FSService", "AgentCore", "AgentTestSupport", "CFileSystem", nioCore, nioPosix]),
        tests(
            "RecorderTests",
            ["AgentCore", "AgentTestSupport", "CLibAV", "Recorder", "ScreenCapture", "XDisplay", "CX11", logging]),
        tests("BrowserControlTests", ["AgentCore", "AgentTestSupport", "BrowserControl", "FSService", nioCore]),
        tests("XDisplayTests", ["XDisplay", "AgentCore", "AgentTestSupport", "CX11"]),
        tests("XInputTests", ["XInput", "XDisplay", "AgentCore", "AgentTestSupport", "CX11"]),
        tests("ScreenCaptureTests", ["ScreenCapture", "XDisplay", "AgentCore", "AgentTestSupport", "CX11"]),
    ]
)

extension Package {
    /// What `scripts/fuzz` builds: the daemon's code as a library, and the fuzz targets as a program on libFuzzer, with
    /// all code of this package instrumented for it and for the address sanitizer.
    func becomeFuzzer() {
        targets = targets.filter { $0.type != .test || $0.name == "FuzzTests" }.map { target in
            switch target.name {
            case "GuestAgent":
                .target(
                    name: target.name, dependencies: target.dependencies,
                    exclude: ["GuestAgent.swift", "guest-agent.ld"],
                    swiftSettings: target.swiftSettings)
            case "FuzzTests":
                .executableTarget(
                    name: target.name, dependencies: target.dependencies, path: "Tests/FuzzTests",
                    exclude: ["ReplayTests.swift"], swiftSettings: (target.swiftSettings ?? []) + [.define("FUZZING")],
                    // The toolchain's own linker: gold breaks down over libFuzzer.
                    linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])])
            default: target
            }
        }
        for target in targets where target.type != .system {
            target.swiftSettings =
                (target.swiftSettings ?? []) + [
                    .unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing"])
                ]
            target.cSettings = (target.cSettings ?? []) + [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])]
        }
        products = [.executable(name: "guest-agent-fuzz", targets: ["FuzzTests"])]
    }
}

if Context.environment["GUEST_AGENT_FUZZING"] != nil { package.becomeFuzzer() }
