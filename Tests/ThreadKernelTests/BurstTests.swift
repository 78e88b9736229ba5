import Synchronization
import Testing
import ThreadKernel
import Trace

/// A thread of a run that has it go free for as long as it measures.
@Suite struct BurstTests {
  private func modes(_ events: [Event]) -> [RunMode] {
    events.compactMap { if case .mode(let mode) = $0.kind { mode } else { nil } }
  }

  @Test func theRunIsFreeMeanwhileAndScheduledAgain() {
    let otherRan = Atomic(false)
    let wereFree = Atomic(0)
    let run = TestRun(.init(schedule: .roundRobin)) { kernel in
      kernel.spawn("measures", in: process) {
        kernel.freely {
          wereFree.add(kernel.isFree ? 1 : 0, ordering: .relaxed)
          // Others go on in parallel: nobody picks them.
          while !otherRan.load(ordering: .acquiring), !kernel.isAbandoned {}
        }
        wereFree.add(kernel.isFree ? 10 : 0, ordering: .relaxed)
        kernel.point(.wait)
      }
      kernel.spawn("other", in: process) { otherRan.store(true, ordering: .releasing) }
    }
    #expect(run.standing == .over)
    #expect(run.leftOver == [])
    #expect(wereFree.load(ordering: .relaxed) == 1)
    #expect(modes(run.events) == [.free, .scheduled])
    // The one pick before, and those after it.
    #expect(run.order.first == 1 && run.order.count > 1)
  }

  @Test func aFreeRunStaysFree() {
    let run = TestRun(.init(startsFree: true)) { kernel in
      kernel.spawn("measures", in: process) { kernel.freely {} }
    }
    #expect(run.standing == .over)
    #expect(modes(run.events) == [.free])
  }

  @Test func whatTheControllerDecidesMeanwhileHolds() {
    for isLetGo in [true, false] {
      let run = HeldRun(.init())
      let kernel = run.kernel
      let isInside = Atomic(false)
      let mayEnd = Atomic(false)
      kernel.spawn("measures", in: process) {
        kernel.freely {
          isInside.store(true, ordering: .releasing)
          while !mayEnd.load(ordering: .acquiring) {}
        }
        kernel.point(.wait)
      }
      #expect(kernel.standing == .running)
      while !isInside.load(ordering: .acquiring) {}
      if isLetGo { kernel.goFree() } else { kernel.hold() }
      mayEnd.store(true, ordering: .releasing)
      #expect(run.follow() == (isLetGo ? .over : .held))
      #expect(modes(run.events) == (isLetGo ? [.free] : [.free, .scheduled]))
      #expect(kernel.abandon() == [])
    }
  }

  @Test func theMachineHasANameAndAClock() {
    #expect(Machine.name.hasSuffix(Machine.cores == 1 ? "1 core" : "\(Machine.cores) cores"))
    #expect(Machine.name.count > "2 cores".count)
    let start = Machine.now
    #expect(Machine.roundTrips(10, cores: (0, 0)) > 0)
    #expect(Machine.now > start)
  }
}
