import Testing
import ThreadKernel
import Trace

@Suite struct TimeTests {
  @Test func timeJumpsOnlyWhenNobodyCanGoOn() {
    let run = TestRun { kernel in
      kernel.spawn("sleeper", in: process) { kernel.sleep(10_000_000_000) }
      kernel.spawn("worker", in: process) { for _ in 0..<3 { kernel.point(.wait) } }
    }
    #expect(run.standing == .over)
    let ends = run.events.filter { $0.kind == .threadEnded }
    #expect(ends.map(\.thread.number) == [2, 1])
    #expect(ends.map(\.t) == [0, 10_000_000_000])
  }

  @Test func sleepersWakeInTheOrderOfTheirTimes() {
    let run = TestRun { kernel in
      for seconds in [3, 1, 2] as [UInt64] {
        kernel.spawn("\(seconds)", in: process) { kernel.sleep(seconds) }
      }
    }
    let ends = run.events.filter { $0.kind == .threadEnded }
    #expect(ends.map(\.thread.number) == [2, 3, 1])
    #expect(ends.map(\.t) == [1, 2, 3])
  }

  @Test func aTieIsAChoiceOfTheStrategy() {
    func ends(_ schedule: Schedule) -> [UInt16] {
      let run = TestRun(.init(schedule: schedule)) { kernel in
        for name in ["a", "b", "c"] { kernel.spawn(name, in: process) { kernel.sleep(5) } }
      }
      let choices = run.kinds.compactMap { kind -> [Int]? in
        if case .choice(let set, .sleep) = kind { set.slots } else { nil }
      }
      #expect(choices.contains([0, 1, 2]))
      return run.events.filter { $0.kind == .threadEnded }.map(\.thread.number)
    }
    let orders = Set((0..<50).map { ends(.random(seed: $0)) })
    #expect(orders.count == 6)
  }

  @Test func aDueSleeperIsOneOfTheChoices() {
    // Both wake at 5. The first to go on comes to a point, and the other is there to choose too.
    let run = TestRun(.init(schedule: .lesson([]))) { kernel in
      kernel.spawn("a", in: process) { kernel.sleep(5) }
      kernel.spawn("b", in: process) {
        kernel.sleep(5)
        kernel.point(.wait)
      }
    }
    let choices = run.kinds.compactMap { kind -> [Int]? in
      if case .choice(let set, .wait) = kind { set.slots } else { nil }
    }
    #expect(choices == [[0, 1]])
  }

  @Test func aWakeBeatsTheTime() {
    let run = TestRun { kernel in
      let waiter = kernel.spawn("waits", in: process) {
        kernel.mark("\(kernel.park(.time(9), deadline: 9)) at \(kernel.time)")
        kernel.mark("\(kernel.park(.time(9), deadline: 9)) at \(kernel.time)")
      }!
      kernel.spawn("wakes", in: process) { kernel.unpark(waiter) }
    }
    let texts = run.events.texts.values
    #expect(texts.contains("woken at 0"))
    #expect(texts.contains("timedOut at 9"))
  }

  @Test func aHeldClockStandsStill() throws {
    let run = HeldRun(.init(budget: 2))
    let kernel = run.kernel
    kernel.spawn("sleeper", in: process) { kernel.sleep(7) }
    #expect(run.follow() == .held)
    #expect(kernel.time == 0)
    #expect(kernel.runnable == [thread(1)])
    try kernel.step(thread(1))
    #expect(run.follow() == .over)
    #expect(kernel.time == 7)
    kernel.abandon()
  }

  @Test func inAFreeRunTimeIsReal() {
    let run = TestRun(.init(startsFree: true)) { kernel in
      kernel.spawn("sleeper", in: process) { kernel.sleep(200_000) }
    }
    #expect(run.standing == .over)
    let start = run.events.first(where: isWait)
    let end = run.events.last { $0.kind == .threadEnded }
    #expect(start != nil)
    #expect((end?.t ?? 0) >= 200_000)
  }

  private func isWait(_ event: Event) -> Bool {
    if case .waits(.time) = event.kind { true } else { false }
  }

  /// A timed wait begun under one clock ends by the other.
  @Test func aTimedWaitOutlivesAChangeOfMode() {
    for round in 0..<100 {
      let run = HeldRun(.init(startsFree: round % 2 == 0, budget: 2))
      let kernel = run.kernel
      for name in ["a", "b"] {
        kernel.spawn(name, in: process) { kernel.sleep(20_000_000_000) }
      }
      if round % 2 == 0 { kernel.hold() } else { #expect(run.follow() == .held) }
      kernel.goFree()
      kernel.hold()
      kernel.allow(picks: nil)
      #expect(run.follow() == .over)
      #expect(kernel.time >= 20_000_000_000)
      kernel.abandon()
    }
  }

  @Test func aWaitUnderAScheduleEndsByItselfOnceFree() {
    for _ in 0..<50 {
      let run = HeldRun(.init(budget: 4))
      let kernel = run.kernel
      for name in ["a", "b"] {
        kernel.spawn(name, in: process) { kernel.sleep(50_000) }
      }
      #expect(run.follow() == .held)
      kernel.goFree()
      #expect(run.follow() == .over)
      kernel.abandon()
    }
  }

  @Test func theEndOfAThreadWakesWhoAskedForItInAnyWait() {
    let outcomes = SharedLog()
    let run = TestRun { kernel in
      let short = kernel.spawn("short", in: process) { kernel.sleep(10) }
      kernel.spawn("waiter", in: process) {
        guard let short else { return }
        outcomes.add("\(kernel.wakeWhenEnded(short))")
        outcomes.add("\(kernel.park(.action, deadline: 1_000)) at \(kernel.time)")
        outcomes.add("\(kernel.wakeWhenEnded(short))")
      }
    }
    #expect(outcomes.lines == ["false", "woken at 10", "true"])
    #expect(run.standing == .over)
  }
}

/// What was noted, in order.
private final class SharedLog: Sendable {
  private let content = Guarded<[String]>([])

  var lines: [String] { content.withLock { $0 } }

  func add(_ line: String) { content.withLock { $0.append(line) } }
}
