import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: local servers and the SCM (CASES.md, groups 12 and 13).
@Suite struct LocalServerConformance {
  @Test(
    "SCM-02 a server is started for a client, with -Embedding, and ends behind it",
    arguments: [Coinit.apartmentThreaded, .multithreaded], schedules)
  func life(_ model: Coinit, _ schedule: Schedule) {
    let server = WidgetServer(model: model) { process in
      process.kernel.mark(process.commandLine)
    }
    let run = run(schedule, registry: .widgets(server)) { program in
      program.thread("client", .multithreaded) {
        let widget = try program.widget()
        program.note("proxy", widget.isProxy)
        program.note("value", try widget.increment(5))
      }
    }
    #expect(run["proxy"] == "true")
    #expect(run["value"] == "5")
    #expect(run.servers.map { run.world[$0.name] } == ["server 1"])
    #expect(run.servers.allSatisfy { !$0.isAlive && $0.serverCount == 0 })
    #expect(run.world.passed("C:\\Servers\\widgets.exe -Embedding"))
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
    #expect(run.world.registrationsInOrder.map(\.scm) == [.removed])
  }
}
