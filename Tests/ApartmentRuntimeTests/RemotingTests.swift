import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// Calls between processes.
@Suite struct RemotingTests {
  @Test("a call from one process to an STA of another", arguments: schedules)
  func call(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handed = program.handed(ICounter.self)
      program.start("server", .apartmentThreaded) { _ in
        try handed.put(ComPtr<ICounter>(try Counter()))
        pump()
      }
      program.thread("client", .multithreaded) {
        let counter = try handed.open()
        try program.note("first", counter.increment())
        try program.note("second", counter.increment(2))
        program.note("proxy", counter.isProxy)
      }
    }
    #expect(run["first"] == "1")
    #expect(run["second"] == "3")
    #expect(run["proxy"] == "true")
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }
}
