import ApartmentRuntime
import Glibc
import Testing
import ThreadKernel
import Trace

/// Whole programs under every kind of schedule, free, and abandoned anywhere.
@Suite struct RunTests {
  @Test("runs to its end under every schedule", arguments: SampleProgram.all, schedules)
  func scheduled(_ program: SampleProgram, _ schedule: Schedule) {
    let run = run(schedule, program.start)
    #expect(run.world.misuses.isEmpty)
    #expect(run.world.trespasses.isEmpty)
  }

  @Test("the same seed gives the same events", arguments: SampleProgram.all)
  func deterministic(_ program: SampleProgram) {
    for seed in UInt64(100)..<120 {
      let first = run(.random(seed: seed), program.start)
      let second = run(.random(seed: seed), program.start)
      #expect(first.events == second.events, "seed \(seed)")
    }
  }

  @Test("runs free", arguments: SampleProgram.all)
  func free(_ program: SampleProgram) {
    for _ in 0..<50 { run(free: true, program.start) }
  }

  @Test("runs with nobody listening", arguments: SampleProgram.all)
  func untold(_ program: SampleProgram) {
    for seed in UInt64(0)..<5 { run(.random(seed: seed), isTold: false, program.start) }
    for _ in 0..<10 { run(free: true, isTold: false, program.start) }
  }

  @Test("ends wherever it is abandoned, and leaves nothing", arguments: SampleProgram.all)
  func abandoned(_ program: SampleProgram) {
    let choices = Int(run(.roundRobin, program.start).world.choices)
    for schedule in [Schedule.lesson([]), .roundRobin] {
      for budget in 0..<choices {
        weak var process: ComProcess?
        run(schedule, budget: budget, expecting: nil) { making in
          process = making.process
          program.start(making)
        }
        #expect(process == nil, "something of the run is left after \(budget) choices")
      }
    }
  }

  @Test("leaves nothing when it is over", arguments: SampleProgram.all)
  func over(_ program: SampleProgram) {
    weak var process: ComProcess?
    weak var kernel: Kernel?
    run { making in
      process = making.process
      kernel = making.kernel
      program.start(making)
    }
    #expect(process == nil)
    // The worker that ended last lets go of it after it has said so.
    let end = ContinuousClock.now + .seconds(10)
    while kernel != nil, ContinuousClock.now < end { sched_yield() }
    #expect(kernel == nil)
  }
}
