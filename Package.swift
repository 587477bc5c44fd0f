// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is compiled alike: language mode 6, warnings are errors, imports are internal unless they say
/// otherwise, and an asynchronous function runs where its caller runs.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
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
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
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
        .target(name: "CLibAV"),
        .target(name: "CThread"),
        .target(name: "CAgentShims"),
        .target(name: "CEpoll"),
        .target(name: "CSpec"),

        // Domain.
        library("AgentCore", ["CEpoll", "CThread"]),
        library("XDisplay", ["AgentCore", "CX11", logging]),
        library("XInput", ["AgentCore", "XDisplay", "CX11", logging]),
        library("ScreenCapture", ["AgentCore", "XDisplay", "CX11", "CDeflate", logging]),
        library("Recorder", ["AgentCore", "ScreenCapture", "CLibAV", logging, lifecycle]),
        library("FSService", ["AgentCore", nioCore, nioPosix]),
        library("ProcessService", ["AgentCore", "CAgentShims"]),
        library("LogStream", ["AgentCore"]),
        library("DevToolsProxy", ["AgentCore", nioCore, nioPosix, nioHTTP1, logging, lifecycle]),
        library("AgentAPI", []),

        // The daemon.
        .executableTarget(
            name: "GuestAgent",
            dependencies: [
                "AgentAPI", "AgentCore", "DevToolsProxy", "FSService", "LogStream", "ProcessService", "Recorder",
                "ScreenCapture", "XDisplay", "XInput", "CSpec",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                httpTypes, nioCore, nioPosix, nioHTTP1, logging, lifecycle,
            ],
            swiftSettings: settings
        ),

        // Tests.
        .target(name: "AgentTestSupport", dependencies: ["AgentCore"], path: "Tests/AgentTestSupport", swiftSettings: settings),
        tests("AgentCoreTests", ["AgentCore", "AgentTestSupport"]),
        tests("ProcessServiceTests", ["AgentCore", "AgentTestSupport", "ProcessService"]),
        tests("LogStreamTests", ["AgentCore", "AgentTestSupport", "LogStream"]),
    ]
)
