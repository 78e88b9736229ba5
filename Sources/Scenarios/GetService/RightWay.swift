import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson 3: marshal once, unmarshal once, query from the background (S3, S4, S5).
enum RightWay {
  static let scenario = Scenario(
    id: "right-way", key: "3", document: .service, facts: ["S3", "S4", "S5", "S7"],
    cast: Cast([
      .init(.singleThreaded, "main STA", ["main"], .left, isMain: true),
      .init(.multithreaded, "MTA", ["worker"], .right),
    ]),
    knobs: [Knob("detach", ["done", "forgotten"])],
    actions: [Action("query-again", key: "a")],
    steps: steps,
    questions: { _ in
      [
        .init(
          "right-way.who-runs", before: "right-way.served",
          choices: [.init(1, .thread("main")), .init(2, .thread("worker"))]
        ) { Int($0.server(of: "QueryService")?.number ?? 0) },
        .init(
          "right-way.what-holds", before: "right-way.proxied",
          choices: [
            .init(1, .text("right-way.the-service")), .init(2, .text("right-way.a-proxy")),
          ]
        ) { $0.proxies(named: "ShellService").isEmpty ? 1 : 2 },
      ]
    },
    always: { knobs in
      [
        Expectation("the background thread did its work") { $0.hasReturned("DoWork") },
        Expectation("every call ran on main") { $0.servers == ["main"] },
        Expectation("nobody was refused") { $0.refusals.isEmpty },
        knobs["detach"] == "done"
          ? Expectation("nothing was released twice") { $0.misuses.isEmpty }
          : Expectation("the second release of the stream was caught") {
            $0.misuses.map(\.use) == [.release]
          },
      ]
    },
    shows: { _ in
      [
        Expectation("one packet was made for the provider, and opened once") {
          $0.packets(of: "IServiceProvider").map(\.isOpened) == [true]
        }
      ]
    },
    whatIfs: [KnobSetting("detach", "forgotten")],
    files: ["RightWay.swift", "Package.swift", "Shell.swift"],
    program: program)

  private static func program(_ stage: Stage) {
    let forgets = stage.knobs["detach"] == "forgotten"
    let package = Package(in: stage, forgetsDetach: forgets)
    stage.process.register(IServiceProvider.self)
    stage.process.register(IShellService.self)

    stage.thread("main") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      try hostPackage(package, stage)
      coUninitialize()
    }
  }

  /// The main thread: the shell, which sites the package and then takes messages.
  private static func hostPackage(_ package: Package, _ stage: Stage) throws(HResult) {
    let provider = ComPtr<IServiceProvider>(
      try ShellServiceProvider(in: stage), as: "shell.site")
    try package.setSite(provider)
    stage.thread("worker") { () throws(HResult) in try work(package, stage) }
    runMessageLoop()
  }

  /// The background thread.
  private static func work(_ package: Package, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    try useService(package)
    while stage.nextAction("query-again") != nil {
      try useService(package)
    }
    package.close()
    stage.quitMain()
    coUninitialize()
  }

  private static func useService(_ package: Package) throws(HResult) {
    let service = try package.queryServiceFromBackgroundThread()
    try service.doWork(7)
  }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let told: [Step] = [
      Step("right-way.sited") { $0.isReferenced("ServiceProvider", by: "shell.site") },
      Step("right-way.marshalled", ["S3"]) { $0.target(ofField: "Package.m_pSPStream") != nil },
      Step("right-way.loops") { $0.isIdle("main") && $0.thread(named: "worker") != nil },
      Step("right-way.entered") { $0.apartment(of: "worker")?.kind == .multithreaded },
      Step("right-way.opened", ["S4", "S5"]) {
        $0.target(ofField: "Package.m_pBackgroundSP") != nil
      },
      Step("right-way.served", ["S4"]) { $0.server(of: "QueryService") != nil },
      Step("right-way.proxied") { !$0.proxies(named: "ShellService").isEmpty },
      Step("right-way.worked", ["S4"]) { $0.hasReturned("DoWork") },
    ]
    guard knobs["detach"] == "forgotten" else { return told }
    return told + [Step("right-way.released-twice", ["S7"]) { !$0.misuses.isEmpty }]
  }
}
