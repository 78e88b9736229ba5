// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny")
]

/// Optimised in debug builds too, with assertions: tests run this code millions of times. Not for
/// ApartmentRuntime: code that is not optimised leaks its noncopyable pointers then (Swift 6.3.1).
let hot: [SwiftSetting] =
  strict + [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))]

let package = Package(
  name: "floorplan",
  products: [.executable(name: "floorplan", targets: ["floorplan"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
  ],
  targets: [
    // C: the terminal library, and the few system calls that Swift cannot name.
    .systemLibrary(name: "CNcurses"),
    .target(name: "CTerminal"),
    .target(name: "CKernel"),

    // From the bottom up; a part imports only what stands above it here.
    .target(
      name: "Trace",
      dependencies: [.product(name: "HashTreeCollections", package: "swift-collections")],
      swiftSettings: hot),
    .target(name: "ThreadKernel", dependencies: ["Trace", "CKernel"], swiftSettings: hot),
    .target(
      name: "ApartmentRuntime", dependencies: ["ThreadKernel", "Trace"], swiftSettings: strict),
    .target(
      name: "Scenarios", dependencies: ["ApartmentRuntime", "ThreadKernel", "Trace"],
      swiftSettings: hot),
    .target(
      name: "TerminalUI", dependencies: ["CNcurses", "CTerminal"], swiftSettings: hot),
    .target(
      name: "FloorplanViews", dependencies: ["TerminalUI", "Trace"], swiftSettings: hot),
    .target(
      name: "FloorplanApp",
      dependencies: ["FloorplanViews", "TerminalUI", "Scenarios", "ThreadKernel", "Trace"],
      swiftSettings: hot),
    .target(
      name: "Benchmarks",
      dependencies: [
        "FloorplanViews", "TerminalUI", "ApartmentRuntime", "ThreadKernel", "Trace", "CKernel",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "floorplan",
      dependencies: [
        "FloorplanApp", "FloorplanViews", "TerminalUI", "Scenarios", "ApartmentRuntime",
        "ThreadKernel", "Trace", "Benchmarks",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // Tests, and the terminal emulator that they look through.
    .systemLibrary(name: "CVterm", path: "Tests/CVterm"),
    .target(name: "CPty", path: "Tests/CPty"),
    .target(name: "Watchdog", path: "Tests/Watchdog"),
    .target(
      name: "TerminalHarness", dependencies: ["CVterm", "CPty"], path: "Tests/TerminalHarness",
      swiftSettings: strict),
    .testTarget(name: "TraceTests", dependencies: ["Trace", "Watchdog"], swiftSettings: strict),
    .target(
      name: "KernelPrograms", dependencies: ["ThreadKernel", "Trace"],
      path: "Tests/KernelPrograms", swiftSettings: strict),
    .executableTarget(
      name: "KernelChild", dependencies: ["KernelPrograms", "ThreadKernel"],
      path: "Tests/KernelChild", swiftSettings: strict),
    .testTarget(
      name: "ThreadKernelTests",
      dependencies: ["KernelPrograms", "KernelChild", "ThreadKernel", "Trace"],
      swiftSettings: strict),
    .testTarget(
      name: "ApartmentRuntimeTests", dependencies: ["ApartmentRuntime", "ThreadKernel", "Trace"],
      swiftSettings: strict),
    .testTarget(
      name: "ScenarioTests",
      dependencies: [
        "Scenarios", "ApartmentRuntime", "ThreadKernel", "Trace", "TerminalHarness", "floorplan",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TerminalUITests", dependencies: ["TerminalUI", "TerminalHarness"],
      swiftSettings: strict),
    .testTarget(
      name: "FloorplanViewsTests", dependencies: ["FloorplanViews", "TerminalUI", "Trace"],
      swiftSettings: strict),
    .testTarget(
      name: "FloorplanAppTests",
      dependencies: ["FloorplanApp", "FloorplanViews", "TerminalUI", "Scenarios", "Trace"],
      swiftSettings: strict),
    .testTarget(name: "BenchmarksTests", dependencies: ["Benchmarks"], swiftSettings: strict),
    .testTarget(
      name: "ProgramTests", dependencies: ["TerminalHarness", "Scenarios", "floorplan"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
