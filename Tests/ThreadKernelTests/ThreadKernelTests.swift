import Testing
import ThreadKernel
import Trace

/// A run of some threads to its end, and what it told.
struct TestRun {
  var events: [Event] = []
  var standing = Kernel.Standing.running
  var leftOver: [ThreadID] = []

  init(
    _ configuration: Kernel.Configuration = .init(), _ body: (Kernel) -> Void
  ) {
    let kernel = Kernel(configuration)
    let collector = kernel.makeCollector()
    body(kernel)
    var told: [Event] = []
    standing = kernel.follow(collector) { told.append($0) }
    events = told
    leftOver = kernel.abandon()
  }

  var kinds: [EventKind] { events.map(\.kind) }
  var picks: [UInt16] {
    events.compactMap { if case .choice = $0.kind { $0.thread.number } else { nil } }
  }
}

let testProcess = ProcessID(1)

@Suite struct KernelBasics {
  @Test func twoThreadsTakeTurns() {
    let run = TestRun(.init(schedule: .roundRobin)) { kernel in
      for name in ["a", "b"] {
        kernel.spawn(name, in: testProcess) {
          for _ in 0..<3 { kernel.point(.wait) }
        }
      }
    }
    #expect(run.standing == .over)
    #expect(run.picks == [1, 2, 1, 2, 1, 2, 1, 2])
    #expect(run.events.map(\.n) == (0..<UInt64(run.events.count)).map { $0 })
  }

  @Test func aFreeRunEnds() {
    for _ in 0..<20 {
      let run = TestRun(.init(startsFree: true)) { kernel in
        let signal = Signal(in: kernel)
        for name in ["a", "b"] {
          kernel.spawn(name, in: testProcess) { signal.wait() }
        }
        kernel.spawn("c", in: testProcess) { signal.set() }
      }
      #expect(run.standing == .over)
    }
  }

  @Test func aRingIsADeadlock() {
    for free in [true, false] {
      let run = TestRun(.init(schedule: .roundRobin, startsFree: free)) { kernel in
        let left = VisibleLock(in: kernel)
        let right = VisibleLock(in: kernel)
        let both = Signal(in: kernel)
        let bothToo = Signal(in: kernel)
        kernel.spawn("a", in: testProcess) {
          left.lock()
          both.set()
          bothToo.wait()
          right.lock()
        }
        kernel.spawn("b", in: testProcess) {
          right.lock()
          bothToo.set()
          both.wait()
          left.lock()
        }
      }
      guard case .deadlock(let ring, let threads) = run.standing else {
        Issue.record("\(run.standing)")
        continue
      }
      #expect(ring)
      #expect(Set(threads.map(\.number)) == [1, 2])
      #expect(run.leftOver.isEmpty)
    }
  }

  @Test func timeJumpsOnlyWhenNobodyCanGoOn() {
    let run = TestRun { kernel in
      kernel.spawn("sleeper", in: testProcess) { kernel.sleep(10_000_000_000) }
      kernel.spawn("worker", in: testProcess) { for _ in 0..<3 { kernel.point(.wait) } }
    }
    #expect(run.standing == .over)
    let ends = run.events.filter { $0.kind == .threadEnded }
    #expect(ends.map(\.thread.number) == [2, 1])
    #expect(ends.map(\.t) == [0, 10_000_000_000])
  }
}
