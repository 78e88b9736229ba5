import Testing
import ThreadKernel
import Trace

/// At rest and deadlock told apart, under a schedule and by the watchdog of free runs.
@Suite struct StillnessTests {
  static let modes = [false, true]

  private func run(
    free: Bool, finishes: Bool = false, _ body: (Kernel) -> Void
  ) -> TestRun {
    let configuration = Kernel.Configuration(
      schedule: .roundRobin, startsFree: free, finishesAtRest: finishes)
    let run = TestRun(configuration, body)
    #expect(run.leftOver == [])
    return run
  }

  @Test(arguments: modes)
  func aRingIsADeadlock(free: Bool) {
    let run = run(free: free, ringProgram)
    guard case .deadlock(let ring, let threads) = run.standing else {
      Issue.record("\(run.standing)")
      return
    }
    #expect(ring)
    #expect(threads.map(\.number) == [1, 2])
    let told = run.kinds.filter { if case .deadlock = $0 { true } else { false } }
    #expect(told == [.deadlock(ring: true, ThreadList(threads))])
  }

  @Test(arguments: modes)
  func aSignalThatNobodyCanSetIsADeadlock(free: Bool) {
    let run = run(free: free) { kernel in
      let signal = Signal(in: kernel)
      kernel.spawn("waits", in: process) { signal.wait() }
      kernel.spawn("ends", in: process) {}
    }
    #expect(run.standing == .deadlock(ring: false, [thread(1)]))
  }

  @Test(arguments: modes)
  func aChainToAnEndedThreadIsADeadlock(free: Bool) {
    let run = run(free: free) { kernel in
      let lock = VisibleLock(in: kernel)
      let taken = Signal(in: kernel)
      kernel.spawn("takes it along", in: process) {
        lock.lock()
        taken.set()
      }
      kernel.spawn("waits", in: process) {
        taken.wait()
        lock.lock()
      }
    }
    #expect(run.standing == .deadlock(ring: false, [thread(2), thread(1)]))
  }

  @Test(arguments: modes)
  func aChainToAKeyIsRest(free: Bool) {
    let run = run(free: free) { kernel in
      let lock = VisibleLock(in: kernel)
      let taken = Signal(in: kernel)
      let signal = Signal(in: kernel)
      kernel.spawn("has the lock", in: process) {
        lock.lock()
        taken.set()
        _ = kernel.nextAction(among: ["x"])
        lock.unlock()
      }
      kernel.spawn("waits", in: process) {
        taken.wait()
        lock.lock()
      }
      kernel.spawn("waits too", in: process) { signal.wait() }
    }
    #expect(run.standing == .atRest)
    #expect(run.kinds.last == .atRest)
  }

  @Test(arguments: modes)
  func aReplyWaitsForItsServer(free: Bool) {
    func standing(server: ThreadID, serverWaits: Wait) -> Kernel.Standing {
      run(free: free) { kernel in
        kernel.spawn("client", in: process) {
          while kernel.park(.reply(CallID(1), server: server, pumps: true)) != .abandoned {}
        }
        kernel.spawn("server", in: process) {
          while kernel.park(serverWaits) != .abandoned {}
        }
      }.standing
    }
    #expect(standing(server: thread(2), serverWaits: .messageLoop) == .atRest)
    #expect(
      standing(server: thread(2), serverWaits: .thread(thread(1), pumps: false))
        == .deadlock(ring: true, [thread(1), thread(2)]))
    #expect(
      standing(server: thread(9), serverWaits: .pool) == .deadlock(ring: false, [thread(1)]))
    #expect(standing(server: .none, serverWaits: .pool) == .deadlock(ring: false, [thread(1)]))
    #expect(standing(server: .none, serverWaits: .action) == .atRest)
  }

  /// The owner changes while others go on waiting: their chain ends at the new one.
  @Test(arguments: modes)
  func whoWaitsForALockWaitsForItsPresentOwner(free: Bool) {
    for _ in 0..<20 {
      let run = run(free: free) { kernel in
        let lock = VisibleLock(in: kernel)
        let taken = Signal(in: kernel)
        kernel.spawn("first", in: process) {
          lock.lock()
          taken.set()
          kernel.sleep(10_000)
          lock.unlock()
        }
        for name in ["second", "third"] {
          kernel.spawn(name, in: process) {
            taken.wait()
            lock.lock()
            _ = kernel.nextAction(among: ["x"])
          }
        }
      }
      #expect(run.standing == .atRest)
    }
  }

  @Test func aCallThatAThreadOfAPoolTookIsWaitedForThere() {
    let run = run(free: false) { kernel in
      let client = kernel.spawn("client", in: process) {
        while kernel.park(.reply(CallID(1), server: .none, pumps: false)) != .abandoned {}
      }!
      kernel.spawn("pool", in: process) {
        kernel.changeWait(
          of: client, to: .reply(CallID(1), server: thread(2), pumps: false))
        kernel.changeWait(of: client, to: .lock(WaitableID(1), owner: thread(2)))
        while kernel.park(.thread(client.id, pumps: false)) != .abandoned {}
      }
    }
    #expect(run.standing == .deadlock(ring: true, [thread(1), thread(2)]))
    let changed = run.events.filter {
      $0.kind == .waits(.reply(CallID(1), server: thread(2), pumps: false))
    }
    #expect(changed.map(\.thread) == [thread(1)])
  }

  @Test(arguments: modes)
  func aKeyCanStillComeInADeadlock(free: Bool) {
    let run = HeldRun(.init(startsFree: free, finishesAtRest: false))
    let kernel = run.kernel
    ringProgram(kernel)
    kernel.spawn("taker", in: process) {
      _ = kernel.nextAction(among: ["x"])
    }
    guard case .deadlock = run.follow() else {
      Issue.record("\(kernel.standing)")
      return
    }
    kernel.deliver("x")
    guard case .deadlock = run.follow() else {
      Issue.record("\(kernel.standing)")
      return
    }
    #expect(run.events.contains { $0.kind == .threadEnded && $0.thread == thread(3) })
    #expect(kernel.abandon() == [])
  }

  @Test func aRunWithoutThreadsCanBeAbandoned() {
    let kernel = Kernel()
    #expect(kernel.standing == .running)
    #expect(kernel.abandon() == [])
    #expect(kernel.standing == .over)
    #expect(kernel.spawn("too late", in: process) {} == nil)
  }
}
