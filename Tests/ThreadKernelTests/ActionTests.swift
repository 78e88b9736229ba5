import Synchronization
import Testing
import ThreadKernel
import Trace

@Suite struct ActionTests {
  /// A thread that takes actions until there are none, and tells each.
  private func taker(_ names: [String], called name: String = "taker") -> (Kernel) -> Void {
    { kernel in
      kernel.spawn(name, in: process) {
        while let action = kernel.nextAction(among: names) { kernel.mark("took \(action)") }
        kernel.mark("\(name) has no more")
      }
    }
  }

  private func marks(_ events: [Event]) -> [String] {
    let texts = events.texts
    return events.compactMap { if case .marked(let name) = $0.kind { texts[name] } else { nil } }
  }

  @Test func actionsAreTakenInOrderUntilTheFinish() {
    let actions = [TimedAction("x", at: 50), TimedAction("y", at: 2), TimedAction("x", at: 2)]
    let run = TestRun(.init(actions: actions), taker(["x", "y"]))
    #expect(run.standing == .over)
    #expect(marks(run.events) == ["took y", "took x", "took x", "taker has no more"])
  }

  @Test func anActionComesBeforeItsChoice() {
    for choice in 0..<4 as Range<UInt64> {
      let run = TestRun(.init(actions: [.init("x", at: choice)])) { kernel in
        kernel.spawn("a", in: process) { for _ in 0..<3 { kernel.point(.wait) } }
      }
      let before = run.events.prefix { if case .action = $0.kind { false } else { true } }
      #expect(Array(before).picks.count == Int(choice))
      #expect(run.standing == .over)
    }
  }

  @Test func anActionThatNobodyTakesStopsNothing() {
    let run = TestRun(.init(actions: [.init("nobody's", at: 0), .init("late", at: 99)])) { kernel in
      taker(["x"])(kernel)
      kernel.spawn("loop", in: process) {
        while !kernel.areLoopsEnding {
          if kernel.park(.messageLoop) == .abandoned { return }
        }
      }
    }
    #expect(run.standing == .over)
    #expect(run.kinds.filter { if case .action = $0 { true } else { false } }.count == 2)
    #expect(marks(run.events) == ["taker has no more"])
  }

  /// Otherwise what was over would not be any more.
  @Test(arguments: [true, false]) func anActionThatComesWhenAllIsOverIsNotTold(isFree: Bool) {
    let kernel = Kernel(.init(schedule: .roundRobin, startsFree: isFree))
    let collector = kernel.makeCollector()
    kernel.spawn("a", in: process) {}
    #expect(kernel.follow(collector) { _ in } == .over)
    kernel.deliver("x")
    var late: [EventKind] = []
    #expect(kernel.follow(collector) { late.append($0.kind) } == .over)
    #expect(late == [])
    #expect(kernel.abandon() == [])
  }

  @Test func manyActionsAtOneChoiceFitAnyRing() {
    let actions = (0..<2_000).map { TimedAction("action \($0)", at: 1) }
    let run = TestRun(.init(actions: actions)) { kernel in
      kernel.spawn("a", in: process) { for _ in 0..<3 { kernel.point(.wait) } }
    }
    #expect(run.standing == .over)
    #expect(run.events.isDense)
    #expect(run.kinds.filter { if case .action = $0 { true } else { false } }.count == 2_000)
  }

  @Test func atRestAKeyGoesOn() {
    let run = HeldRun(.init(finishesAtRest: false))
    let kernel = run.kernel
    taker(["x"])(kernel)
    #expect(run.follow() == .atRest)
    kernel.deliver("x")
    #expect(run.follow() == .atRest)
    kernel.finish()
    #expect(run.follow() == .over)
    #expect(marks(run.events) == ["took x", "taker has no more"])
    #expect(run.events.filter { $0.kind == .atRest }.count == 2)
    kernel.abandon()
  }

  /// What a person did at a held choice and at rest, done again by the recording: the same events.
  @Test func aRecordingHoldsTheActionsToo() {
    let live = HeldRun(.init(schedule: .roundRobin, budget: 3, finishesAtRest: false))
    mixedProgram(live.kernel)
    #expect(live.follow() == .held)
    live.kernel.deliver("not taken")
    live.kernel.allow(picks: nil)
    #expect(live.follow() == .atRest)
    live.kernel.deliver("go")
    #expect(live.follow() == .over)
    live.kernel.abandon()

    var choices: UInt64 = 0
    var actions: [TimedAction] = []
    let texts = live.events.texts
    for event in live.events {
      if case .choice = event.kind { choices += 1 }
      if case .action(let name) = event.kind {
        actions.append(TimedAction(texts[name]!, at: choices))
      }
    }
    #expect(actions.map(\.name) == ["not taken", "go"])
    let schedule = Schedule.recorded(picks: live.events.picks, actions: actions)
    #expect(TestRun(.init(schedule: schedule), mixedProgram).events == live.events)
  }

  @Test func aFinishAskedForIsAtAChoiceAndCanBeRepeated() {
    let live = HeldRun(.init(budget: 1, finishesAtRest: false))
    taker(["x"])(live.kernel)
    #expect(live.follow() == .held)
    live.kernel.finish()
    live.kernel.allow(picks: nil)
    #expect(live.follow() == .over)
    live.kernel.abandon()
    let again = TestRun(.init(finishesAtRest: false, finishAt: 1), taker(["x"]))
    #expect(again.standing == .over)
    #expect(again.events == live.events)
  }

  @Test(arguments: [false, true])
  func aRunFinishesInPhases(free: Bool) {
    let run = TestRun(.init(schedule: .roundRobin, startsFree: free)) { kernel in
      taker(["x"])(kernel)
      kernel.spawn("loop", in: process) {
        while !kernel.areLoopsEnding { _ = kernel.park(.messageLoop) }
        kernel.mark("loop ends; pools: \(kernel.arePoolsEnding)")
      }
      kernel.spawn("pool", in: process) {
        while !kernel.arePoolsEnding { _ = kernel.park(.pool) }
        kernel.mark("pool ends")
      }
    }
    #expect(run.standing == .over)
    #expect(
      marks(run.events) == ["taker has no more", "loop ends; pools: false", "pool ends"])
    #expect(run.events.filter { $0.kind == .finish }.count == 1)
  }

  @Test func freeTakersGetEveryAction() {
    for _ in 0..<50 {
      let run = HeldRun(.init(startsFree: true, finishesAtRest: false))
      let kernel = run.kernel
      let taken = Atomic(0)
      for name in ["a", "b"] {
        kernel.spawn(name, in: process) {
          while kernel.nextAction(among: ["x"]) != nil {
            taken.wrappingAdd(1, ordering: .relaxed)
          }
        }
      }
      for _ in 0..<10 { kernel.deliver("x") }
      #expect(run.follow() == .atRest)
      kernel.finish()
      #expect(run.follow() == .over)
      #expect(taken.load(ordering: .relaxed) == 10)
      #expect(kernel.abandon() == [])
    }
  }
}
