import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Which server a client waits for that the SCM starts.
@Suite struct ScmWaitTests {
  static let schedules: [Schedule] =
    [.lesson([]), .roundRobin] + (1...6).map { .random(seed: UInt64($0)) }

  /// The first server serves one client, and stays; every other ends at once.
  private static func main(_ process: ComProcess, whenReady: Signal) {
    guard process.name == "server 1" else { return }
    var server = WidgetServer(model: .multithreaded, use: .singleUse)
    server.beforeClass = { _ in try waitForSingleObject(.signal(whenReady)) }
    server.main(process)
  }

  @Test("single use: who waits for the second server is told at once that it has ended")
  func secondEnds() {
    for schedule in Self.schedules {
      let run = run(schedule) { program in
        let (told, ready) = (program.signal(), program.signal())
        program.process.registry.addWidgets { Self.main($0, whenReady: ready) }
        program.thread("watcher") {
          // Both wait for the first server by now.
          sleepThread(1_000_000)
          ready.set()
        }
        for index in 0..<2 {
          program.start("client \(index)", .multithreaded) { program in
            do {
              let widget = try program.widget()
              try waitForSingleObject(.signal(told))
              try widget.increment()
            } catch {
              program.note("code", "\(error)")
              program.note("seconds", program.kernel.time / 1_000_000_000)
              told.set()
            }
          }
        }
      }
      #expect(run["code"] == "CO_E_SERVER_EXEC_FAILURE", "\(schedule.text)")
      #expect(run["seconds"] == "0", "\(schedule.text)")
      #expect(run.servers.map(\.isAlive) == [false, false])
    }
  }
}
