import Foundation
import KernelPrograms
import Testing
import ThreadKernel
import Trace

/// Processes that are child processes of the operating system's.
@Suite struct ChildTests {
  enum Home: CaseIterable { case inside, child }

  /// The test's own program for children, beside the test bundle.
  private static let executable: String = {
    let bundle = CommandLine.arguments[0]
    let path = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundlePath ?? bundle
    return URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(
      "KernelChild"
    ).path
  }()

  private static let main = ThreadID(process: 2, number: 1)

  private struct Outcome {
    var events: [Event] = []
    var standing = Kernel.Standing.running
    var world = World()
  }

  /// A run in which process 1 does `first` and another one a program of the tests'.
  private func run(
    _ program: KernelProgram, _ home: Home,
    _ configuration: Kernel.Configuration = .init(schedule: .roundRobin),
    first: @escaping @Sendable (Kernel) -> Void = { _ in },
    service: @escaping @Sendable (Kernel, [UInt8]) -> Void = { _, _ in }
  ) -> Outcome {
    let kernel = Kernel(configuration)
    let collector = kernel.makeCollector()
    kernel.provide { [unowned kernel] _, request in
      service(kernel, request)
      return request.reversed()
    }
    let process = kernel.numbers.process()
    kernel.tell(.processStarted(process, name: kernel.name("program")))
    let host: ProcessHost =
      switch home {
      case .inside: .inside { program.run(in: kernel, as: $0) }
      case .child:
        .child(
          ChildProgram(
            executable: Self.executable, arguments: ["-Embedding"],
            start: Array(program.rawValue.utf8)))
      }
    #expect(kernel.startProcess("other 1", host) == ProcessID(2))
    kernel.spawn("one", in: process) { first(kernel) }
    var outcome = Outcome()
    outcome.standing = kernel.follow(collector, quietSeconds: 20) { event in
      var event = event
      event.n = outcome.world.position
      outcome.world.apply(event)
      outcome.events.append(event)
    }
    #expect(kernel.abandon() == [])
    #expect(outcome.world.fault == nil)
    return outcome
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func theSameHappensWhereverItLives(seed: UInt64) {
    let configuration = Kernel.Configuration(
      schedule: .random(seed: seed), actions: [TimedAction("go", at: 20)])
    let inside = run(.everything, .inside, configuration)
    let child = run(.everything, .child, configuration)
    #expect(inside.standing == .over)
    #expect(child.standing == .over)
    #expect(inside.events.count == child.events.count)
    for (one, other) in zip(inside.events, child.events) {
      #expect(one == other)
      if one != other { break }
    }
  }

  /// As the SCM does for a client that is a child: nobody of the run's controls it then.
  @Test(arguments: Home.allCases) func whatAChildAsksMayStartAProcess(home: Home) {
    let outcome = run(
      .asks, home,
      service: { kernel, _ in
        #expect(kernel.startProcess("other 2", .inside { _ in kernel.point(.wake) }) != nil)
      })
    #expect(outcome.standing == .over)
    #expect(outcome.world.processes.count == 3)
  }

  @Test(arguments: Home.allCases) func mailGoesThereAndBack(home: Home) {
    let got = Guarded<[[UInt8]]>([])
    let pieces: [[UInt8]] = [[1], [2, 3], Array(repeating: 7, count: Kernel.mailLimit)]
    let outcome = run(.echo, home) { kernel in
      for piece in pieces { #expect(kernel.mail(piece, to: Self.main) == .delivered) }
      while got.withLock({ $0.count }) < pieces.count, !kernel.isAbandoned {
        if let piece = kernel.takeMail() {
          got.withLock { $0.append(piece.bytes) }
          #expect(piece.from == Self.main)
        } else {
          _ = kernel.park(.messageLoop)
        }
      }
      #expect(kernel.mail([], to: Self.main) == .delivered)
    }
    #expect(got.withLock { $0 } == pieces)
    #expect(outcome.standing == .over)
    #expect(outcome.world.processes[ProcessID(2)]?.isKilled == false)
  }

  /// What goes with mail is told and sent with it, and not sent where that is not delivered.
  @Test(arguments: Home.allCases, [false, true])
  func mailGoesWithWhatBelongsToIt(home: Home, isFree: Bool) {
    let got = Guarded<[[UInt8]]>([])
    let outcome = run(.encloses, home, .init(schedule: .roundRobin, startsFree: isFree)) { kernel in
      #expect(kernel.mail([0], to: Self.main) == .delivered)
      while got.withLock({ $0.count }) < 4, !kernel.isAbandoned {
        if let piece = kernel.takeMail() {
          #expect(piece.from == Self.main)
          got.withLock { $0.append(piece.bytes) }
        } else {
          _ = kernel.park(.messageLoop)
        }
      }
    }
    #expect(got.withLock { $0 } == [[3], [4], [5], [6]])
    let told = outcome.events.filter { if case .refused = $0.kind { true } else { false } }
    #expect(
      told.map(\.kind) == [.refused(by: .com, .E_FAIL), .refused(by: .com, .E_UNEXPECTED)])
    #expect(told.allSatisfy { $0.thread == Self.main })
    #expect(outcome.standing == .over)
  }

  /// Others get on meanwhile: the one that it wakes, and who kills it.
  @Test func oneThatNeverStopsAskingKeepsNobodyFromTheKernel() {
    let outcome = run(.floods, .child, .init(startsFree: true, isTold: false)) { kernel in
      for _ in 0..<1000 where !kernel.isAbandoned { _ = kernel.park(.messageLoop) }
      kernel.kill(named: "other")
    }
    #expect(outcome.standing == .over)
  }

  @Test func childrenRunFree() {
    for _ in 0..<10 {
      let count = Guarded(0)
      let outcome = run(.echo, .child, .init(startsFree: true)) { kernel in
        while count.withLock({ $0 }) < 200, !kernel.isAbandoned {
          #expect(kernel.mail([1], to: Self.main) == .delivered)
          while kernel.takeMail() == nil, !kernel.isAbandoned { _ = kernel.park(.messageLoop) }
          count.withLock { $0 += 1 }
        }
        _ = kernel.mail([], to: Self.main)
      }
      #expect(count.withLock { $0 } == 200)
      #expect(outcome.standing == .over)
    }
  }

  @Test(arguments: [KernelProgram.exits, .babbles, .babblesLong, .hangsUp])
  func whatIsNoChildOfOursIsKilled(program: KernelProgram) {
    let outcome = run(program, .child) { kernel in
      kernel.watch(ProcessID(2), notice: [9])
      while kernel.takeMail() == nil, !kernel.isAbandoned { _ = kernel.park(.messageLoop) }
      #expect(!kernel.isAlive(ProcessID(2)))
    }
    #expect(outcome.world.processes[ProcessID(2)]?.isKilled == true)
    #expect(outcome.standing == .over)
  }

  @Test func aProgramThatCannotBeLoadedHasEnded() {
    for isFree in [true, false] {
      let kernel = Kernel(.init(schedule: .roundRobin, startsFree: isFree))
      let collector = kernel.makeCollector()
      let nowhere = ChildProgram(executable: "/nowhere/program", arguments: [], start: [])
      #expect(kernel.startProcess("other 1", .child(nowhere)) != nil)
      #expect(kernel.follow(collector) { _ in } == .over)
      #expect(kernel.abandon() == [])
    }
  }

  /// Between the moment at which the run has a process and the one at which the system has it.
  @Test func whoIsKilledWhileItIsStartedNeverBegins() {
    for _ in 0..<10 {
      let kernel = Kernel(.init(startsFree: true))
      let collector = kernel.makeCollector()
      let first = kernel.numbers.process()
      kernel.spawn("kills", in: first) {
        while kernel.kill(named: "other") == nil, !kernel.isAbandoned {}
      }
      let program = ChildProgram(
        executable: Self.executable, arguments: ["-Embedding"],
        start: Array(KernelProgram.everything.rawValue.utf8))
      _ = kernel.startProcess("other 1", .child(program))
      var isKilled = false
      let standing = kernel.follow(collector) { event in
        if isKilled { #expect(event.thread.process != 2) }
        if case .processKilled = event.kind { isKilled = true }
      }
      #expect(standing == .over)
      #expect(isKilled)
      #expect(kernel.abandon() == [])
    }
  }

  @Test func aChildCanBeKilledAtAnyPoint() {
    var point: UInt64 = 0
    while true {
      let configuration = Kernel.Configuration(
        schedule: .roundRobin, actions: [TimedAction("kill", at: point)],
        kills: ["kill": "other"])
      let outcome = run(.everything, .child, configuration) { kernel in
        kernel.watch(ProcessID(2), notice: [9])
        while kernel.takeMail()?.bytes != [9], !kernel.isAbandoned { _ = kernel.park(.messageLoop) }
      }
      #expect(outcome.standing == .over)
      guard outcome.world.processes[ProcessID(2)]?.isKilled == true else { break }
      point += 1
      if point > 200 { break }
    }
    #expect(point > 10)
  }

  /// The child is killed while it tells, with tickets claimed and not filled.
  @Test func whatAKilledChildToldIsThere() {
    for _ in 0..<20 {
      let outcome = run(.chatters, .child, .init(startsFree: true, kills: ["kill": "other"])) {
        kernel in
        kernel.watch(ProcessID(2), notice: [9])
        _ = kernel.park(.time(kernel.time + 20_000_000), deadline: kernel.time + 20_000_000)
        kernel.deliver("kill")
        while kernel.takeMail() == nil, !kernel.isAbandoned { _ = kernel.park(.messageLoop) }
      }
      #expect(outcome.standing == .over)
      #expect(outcome.world.processes[ProcessID(2)]?.isKilled == true)
      let last = outcome.events.last { $0.thread.process == 2 }
      #expect(last != nil)
    }
  }
}
