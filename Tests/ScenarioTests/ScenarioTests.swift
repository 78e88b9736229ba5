import Scenarios
import Testing
import ThreadKernel
import Trace

@Suite struct EveryScenario {
  @Test func runsByItsOwnSchedule() throws {
    for scenario in Catalog.all {
      let run = Run(scenario, knobs: try KnobValues(of: scenario.knobs))
      var lines: [String] = []
      var faulty = false
      let standing = run.runUntilStanding { event in
        lines.append("\(event.n) \(event.thread) \(event.kind)")
        if run.world.fault != nil, !faulty { faulty = true; lines.append("FAULT \(run.world.fault!)") }
      }
      #expect(run.abandon() == [])
      #expect(standing == .over)
      #expect(run.world.fault == nil)
      let unmet = run.unmetExpectations().map(\.sentence)
      #expect(unmet == [])
      if true { print(lines.joined(separator: "\n")); print(run.world.steps.map { run.world[$0.key] }) }
    }
  }
}
