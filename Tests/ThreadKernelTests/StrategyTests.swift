import Testing
import ThreadKernel
import Trace

@Suite struct StrategyTests {
  /// Threads of a few points each.
  private func points(_ threads: Int, _ count: Int) -> (Kernel) -> Void {
    { kernel in
      for number in 1...threads {
        kernel.spawn("t\(number)", in: process) {
          for _ in 0..<count { kernel.point(.wait) }
        }
      }
    }
  }

  @Test func roundRobinTakesTurns() {
    let run = TestRun(.init(schedule: .roundRobin), points(3, 2))
    #expect(run.standing == .over)
    #expect(run.order == [1, 2, 3, 1, 2, 3, 1, 2, 3])
    #expect(run.events.isDense)
  }

  @Test func straightLetsAThreadGoOnToItsEnd() {
    let run = TestRun(.init(), points(3, 2))
    #expect(run.order == [1, 1, 1, 2, 2, 2, 3, 3, 3])
  }

  @Test func aSeedGivesTheSameOrderOnEveryMachine() {
    let run = TestRun(.init(schedule: .random(seed: 7)), points(3, 3))
    #expect(run.order == goldenOrder)
    let other = TestRun(.init(schedule: .random(seed: 8)), points(3, 3))
    #expect(other.order != run.order)
  }

  /// Computed beside the kernel: SplitMix64 from seed 7, over who has points left.
  private var goldenOrder: [UInt16] {
    var state: UInt64 = 7
    var left: [(number: UInt16, picks: Int)] = [(1, 4), (2, 4), (3, 4)]
    var order: [UInt16] = []
    while !left.isEmpty {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      z ^= z >> 31
      let place = Int(z % UInt64(left.count))
      order.append(left[place].number)
      left[place].picks -= 1
      if left[place].picks == 0 { left.remove(at: place) }
    }
    return order
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func aRecordingIsReplayed(seed: UInt64) {
    let first = TestRun(.init(schedule: .random(seed: seed)), mixedProgram)
    let schedule = Schedule.recorded(picks: first.picks, actions: [])
    let second = TestRun(.init(schedule: schedule), mixedProgram)
    #expect(first.standing == .over)
    #expect(second.events == first.events)
  }

  @Test func whereARecordingCannotBeKeptTheRunGoesStraightOn() {
    let picks = [thread(2), thread(9), thread(2), thread(1)]
    let run = TestRun(.init(schedule: .recorded(picks: picks, actions: [])), points(2, 2))
    #expect(run.standing == .over)
    #expect(run.order == [2, 2, 2, 1, 1, 1])
  }

  private func marks(_ constraints: [OrderConstraint]) -> [String] {
    let run = TestRun(.init(schedule: .lesson(constraints))) { kernel in
      for name in ["a", "b"] {
        kernel.spawn(name, in: process) {
          kernel.mark("\(name)1")
          kernel.mark("\(name)2")
        }
      }
    }
    #expect(run.standing == .over)
    let texts = run.events.texts
    return run.kinds.compactMap { if case .marked(let name) = $0 { texts[name] } else { nil } }
  }

  @Test func constraintsAreKept() {
    #expect(marks([]) == ["a1", "a2", "b1", "b2"])
    #expect(marks([.init("b1", before: "a1")]) == ["b1", "b2", "a1", "a2"])
    #expect(
      marks([.init("b1", before: "a2"), .init("a2", before: "b2")]) == ["a1", "b1", "a2", "b2"])
  }

  @Test func constraintsThatCannotBeKeptGiveWay() {
    #expect(marks([.init("nowhere", before: "a1")]).sorted() == ["a1", "a2", "b1", "b2"])
    let ring = [OrderConstraint("a2", before: "b1"), OrderConstraint("b2", before: "a1")]
    #expect(marks(ring).sorted() == ["a1", "a2", "b1", "b2"])
  }

  @Test func whatThePersonPickedCountsAsPassed() throws {
    let run = HeldRun(
      .init(schedule: .lesson([.init("b1", before: "a1"), .init("a1", before: "b2")]), budget: 0))
    let kernel = run.kernel
    for name in ["a", "b"] {
      kernel.spawn(name, in: process) {
        kernel.mark("\(name)1")
        kernel.mark("\(name)2")
      }
    }
    #expect(run.follow() == .held)
    // By hand past `b1`; the strategy must not hold back `a1` for it any more.
    for number in [2, 2, 1] as [UInt16] {
      try run.kernel.step(thread(number))
      run.follow()
    }
    run.kernel.allow(picks: nil)
    #expect(run.follow() == .over)
    #expect(run.events.picks.map(\.number) == [2, 2, 1, 1, 1, 2])
    run.kernel.abandon()
  }

  @Test(arguments: [Schedule.roundRobin, .lesson([]), .random(seed: 3), .random(seed: 4)])
  func theSameScheduleTellsTheSame(schedule: Schedule) {
    let configuration = Kernel.Configuration(schedule: schedule, actions: [.init("go", at: 6)])
    let runs = (0..<10).map { _ in TestRun(configuration, mixedProgram) }
    #expect(runs[0].standing == .over)
    #expect(runs[0].kinds.contains { if case .action = $0 { true } else { false } })
    for run in runs { #expect(run.events == runs[0].events) }
  }
}
