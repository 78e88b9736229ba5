import ApartmentRuntime
import Synchronization
import Testing
import ThreadKernel

@testable import Trace

/// What a little COM program noted while it ran, and what went wrong in it.
final class Notes: Sendable {
  private let content = Mutex<(values: [String: String], failures: [String])>(([:], []))

  var values: [String: String] { content.withLock { $0.values } }
  var failures: [String] { content.withLock { $0.failures } }

  func note(_ key: String, _ value: some CustomStringConvertible) {
    let text = value.description
    content.withLock { $0.values[key] = text }
  }

  func fail(_ text: String) { content.withLock { $0.failures.append(text) } }
}

/// A program in the making: its process, and threads that note what they find.
struct Program: Sendable {
  let process: ComProcess
  let notes: Notes
  /// Whether its servers are processes of their own.
  var isSplit = false

  var kernel: Kernel { process.kernel }

  func note(_ key: String, _ value: some CustomStringConvertible) { notes.note(key, value) }

  /// The code that `body` ends with, `S_OK` where it throws nothing.
  func note(_ key: String, codeOf body: () throws -> Void) {
    note(key, code(of: body))
  }

  func signal() -> Signal { Signal(in: kernel) }

  func field<I: ComInterface>(_ name: String, _ interface: I.Type = I.self) -> ComField<I> {
    ComField<I>(name, in: kernel)
  }

  /// Starts a thread that enters an apartment of that model, if any, and leaves it at its end.
  @discardableResult
  func thread(
    _ name: String, _ model: Coinit? = nil, _ body: @escaping @Sendable () throws -> Void
  ) -> KernelThread? {
    process.spawn(name) { [self] in
      do {
        if let model { try coInitializeEx(model) }
        defer { if model != nil { coUninitialize() } }
        try body()
      } catch {
        // A run that is being ended ends calls; that is no failure of the program's.
        if !kernel.isAbandoned { notes.fail("\(name): \(error)") }
      }
    }
  }
}

/// A COM program that has run: what it told, the World that follows from it, what it noted.
struct ComRun {
  let events: [Event]
  let world: World
  let standing: Kernel.Standing
  let notes: Notes

  subscript(_ key: String) -> String? { notes.values[key] }
}

/// Runs a program until it stands still, folds what it tells, and ends it.
///
/// Every run is checked: no event contradicts the World, its invariants hold at each scheduling
/// point, no thread is left, and nothing failed that the program does not expect.
@discardableResult
func run(
  _ schedule: Schedule = .lesson([]), free: Bool = false, budget: Int? = nil, isTold: Bool = true,
  expecting expected: Kernel.Standing? = .over, actions: [TimedAction] = [],
  kills: [String: String] = [:], split: Bool = false, checkEvery: UInt64 = 1,
  registry: ApartmentRuntime.Registry = .init(), settings: ComProcess.Settings = .init(),
  location: SourceLocation = #_sourceLocation, _ program: (Program) -> Void
) -> ComRun {
  // Nobody goes on before all have been started: what happens depends on the schedule alone, and
  // no free run is at rest before it has begun.
  let kernel = Kernel(
    .init(
      schedule: schedule, budget: 0, actions: actions, isTold: isTold, kills: kills))
  let collector = kernel.makeCollector()
  let notes = Notes()
  let process = makeProcess(in: kernel, registry: registry, settings: settings)
  program(Program(process: process, notes: notes, isSplit: split))
  if free { kernel.goFree() } else { kernel.allow(picks: budget) }
  var fold = Fold(isFree: free, checkEvery: checkEvery)
  let standing = kernel.follow(collector, quietSeconds: 20) { fold.apply($0) }
  fold.checkEnd()
  #expect(kernel.abandon() == [], "threads are left", sourceLocation: location)
  #expect(fold.wrong == [], sourceLocation: location)
  if let expected {
    #expect(standing == expected, sourceLocation: location)
    #expect(notes.failures == [], sourceLocation: location)
  }
  return ComRun(events: fold.events, world: fold.world, standing: standing, notes: notes)
}

/// A process with every interface of the tests registered but `IUnregistered`.
func makeProcess(
  in kernel: Kernel, registry: ApartmentRuntime.Registry = .init(),
  settings: ComProcess.Settings = .init()
) -> ComProcess {
  let process = ComProcess("tests", in: kernel, registry: registry, settings: settings)
  process.registerInterfaces()
  return process
}

extension ComProcess {
  func registerInterfaces() {
    register(ICounter.self)
    register(IRegistry.self)
    register(IKeeper.self)
    register(IEcho.self)
    register(IPartner.self)
  }
}

/// Folds events and gathers what is wrong with them.
private struct Fold {
  let isFree: Bool
  let checkEvery: UInt64
  var events: [Event] = []
  var world = World()
  var wrong: [String] = []

  mutating func apply(_ event: Event) {
    // Before a choice everybody stands still: that is where invariants hold.
    if case .choice = event.kind, !isFree, isToBeChecked { check() }
    world.apply(event)
    events.append(event)
    if let fault = world.fault, wrong.isEmpty {
      wrong.append("event \(fault.at): \(fault.sentence)")
    }
  }

  /// Looking at all of a World costs more the more there is: long runs are looked at now and then.
  private var isToBeChecked: Bool {
    world.choices % (world.objects.count < 100 ? checkEvery : 1000) == 0
  }

  mutating func checkEnd() { check() }

  private mutating func check() {
    guard wrong.count < 3 else { return }
    for violation in world.violations {
      wrong.append("before event \(events.count): \(violation.sentence)")
    }
  }
}

extension ComRun {
  /// The World at the moment at which a thread passed a mark.
  func world(at mark: String) -> World {
    var world = World()
    for event in events {
      world.apply(event)
      if world.passed(mark) { break }
    }
    return world
  }

  /// The first component of that name.
  func component(_ name: String = "Counter") -> World.Object? {
    world.objects(named: name).first { $0.role == .component }
  }

  var proxies: [World.Object] { world.objectsInOrder.filter { $0.role == .proxy } }

  /// The name of the thread on which the component was destroyed; nil where it was not.
  func destroyer(of name: String = "Counter") -> String? {
    guard let id = component(name)?.id else { return nil }
    let end = events.first { $0.kind == .objectDestroyed(id) }
    return end.flatMap { world.threads[$0.thread] }.map { world[$0.name] }
  }

  /// The names of the threads that entered a method of the component, in order.
  func threads(in method: String) -> [String] {
    events.compactMap { event in
      guard case .methodEntered(_, let name, _) = event.kind, world[name] == method else {
        return nil
      }
      return world.threads[event.thread].map { world[$0.name] }
    }
  }
}

/// The code that `body` throws; `S_OK` where it throws none.
func code(of body: () throws -> Void) -> HResult {
  do {
    try body()
    return .S_OK
  } catch {
    return error as? HResult ?? .E_UNEXPECTED
  }
}

/// The top-level message loop.
func pump() {
  while let message = getMessage() { dispatchMessage(message) }
}

/// The schedules that each program of several threads runs under.
let schedules: [Schedule] =
  [.lesson([]), .roundRobin] + (1...8).map { Schedule.random(seed: UInt64($0)) }
