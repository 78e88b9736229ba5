import Synchronization
import Testing
import ThreadKernel
import Trace

@Suite struct ControlTests {
  @Test func aBudgetIsUsedUpAndGivenAnew() {
    let run = HeldRun(.init(schedule: .roundRobin, budget: 2))
    let kernel = run.kernel
    for name in ["a", "b"] {
      kernel.spawn(name, in: process) { for _ in 0..<2 { kernel.point(.wait) } }
    }
    #expect(run.follow() == .held)
    #expect(kernel.choices == 2)
    #expect(kernel.runnable == [thread(1), thread(2)])
    kernel.allow(picks: 1)
    #expect(run.follow() == .held)
    #expect(kernel.choices == 3)
    kernel.allow(picks: nil)
    #expect(run.follow() == .over)
    #expect(run.events.picks.map(\.number) == [1, 2, 1, 2, 1, 2])
    kernel.abandon()
  }

  @Test func aStepIsRefusedWithTheReason() throws {
    let run = HeldRun(.init(budget: 0))
    let kernel = run.kernel
    let signal = Signal(in: kernel)
    kernel.spawn("waits", in: process) { signal.wait() }
    kernel.spawn("sets", in: process) { signal.set() }
    #expect(run.follow() == .held)
    for _ in 0..<2 {
      try kernel.step(thread(1))
      #expect(run.follow() == .held)
    }
    #expect(throws: Kernel.StepRefusal.waits(.signal(signal.id, pumps: false))) {
      try kernel.step(thread(1))
    }
    #expect(throws: Kernel.StepRefusal.noSuchThread) { try kernel.step(thread(3)) }
    for _ in 0..<2 {
      try kernel.step(thread(2))
      #expect(run.follow() == .held)
    }
    #expect(throws: Kernel.StepRefusal.ended) { try kernel.step(thread(2)) }
    try kernel.step(thread(1))
    #expect(run.follow() == .over)
    kernel.abandon()
  }

  @Test func aThreadThatReachesNoPointIsNamed() {
    let run = HeldRun(.init())
    let kernel = run.kernel
    let mayGoOn = Atomic(false)
    let collector = kernel.makeCollector()
    kernel.spawn("spins", in: process) {
      while !mayGoOn.load(ordering: .acquiring) {}
    }
    kernel.spawn("stands", in: process) {}
    #expect(kernel.follow(collector, quietSeconds: 0) { _ in } == .running)
    #expect(kernel.runningThreads == [thread(1)])
    #expect(throws: Kernel.StepRefusal.runs) { try kernel.step(thread(1)) }
    mayGoOn.store(true, ordering: .releasing)
    #expect(kernel.follow(collector) { _ in } == .over)
    #expect(kernel.runningThreads == [])
    kernel.abandon()
  }

  @Test func aFreeRunIsHeldSteppedAndLetGoAgain() throws {
    for _ in 0..<50 {
      let run = HeldRun(.init(startsFree: true))
      let kernel = run.kernel
      let isEnough = Atomic(false)
      for name in ["a", "b"] {
        kernel.spawn(name, in: process) {
          while !isEnough.load(ordering: .relaxed) { kernel.point(.wait) }
        }
      }
      kernel.hold()
      #expect(run.follow() == .held)
      #expect(kernel.runnable == [thread(1), thread(2)])
      let before = kernel.choices
      try kernel.step(thread(2))
      #expect(run.follow() == .held)
      #expect(run.events.picks.last == thread(2))
      #expect(kernel.choices == before + 1)
      isEnough.store(true, ordering: .relaxed)
      kernel.goFree()
      #expect(run.follow() == .over)
      #expect(
        run.kinds.filter { if case .mode = $0 { true } else { false } }
          == [.mode(.free), .mode(.scheduled), .mode(.free)])
      #expect(run.events.isDense)
      #expect(kernel.abandon() == [])
    }
  }

  /// Modes change while threads lock, wait, sleep, start and end.
  @Test func modesCanChangeAtAnyMoment() {
    for round in 0..<100 {
      let run = HeldRun(.init(schedule: .random(seed: UInt64(round)), startsFree: round % 2 == 0))
      let kernel = run.kernel
      mixedProgram(kernel)
      for _ in 0..<round % 7 {
        kernel.hold()
        kernel.allow(picks: round % 3)
        kernel.goFree()
      }
      kernel.hold()
      kernel.allow(picks: nil)
      #expect(run.follow() == .over)
      #expect(run.events.isDense)
      #expect(kernel.abandon() == [])
    }
  }

  @Test func whatTheControllerStartsHasToWaitForTheOthers() {
    // However slowly the second comes, the first choice is among both.
    let run = HeldRun(.init(schedule: .roundRobin))
    let kernel = run.kernel
    kernel.spawn("a", in: process) {}
    _ = kernel.name("a text that takes its time")
    kernel.spawn("b", in: process) {}
    #expect(run.follow() == .over)
    let first = run.events.firstNonNil {
      if case .choice(let runnable, _) = $0.kind { runnable } else { nil }
    }
    #expect(first?.slots == [0, 1])
    kernel.abandon()
  }

  @Test func aControllerNeverWaitsForItself() {
    let run = HeldRun(.init(budget: 0))
    let kernel = run.kernel
    kernel.spawn("a", in: process) {}
    for number in 0..<5_000 { kernel.deliver("action \(number)") }
    #expect(run.follow() == .held)
    kernel.allow(picks: nil)
    #expect(run.follow() == .over)
    #expect(run.events.isDense)
    kernel.abandon()
  }
}

extension Sequence {
  func firstNonNil<Found>(_ find: (Element) -> Found?) -> Found? {
    for element in self { if let found = find(element) { return found } }
    return nil
  }
}
