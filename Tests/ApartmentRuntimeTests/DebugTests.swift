import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

@Suite struct DebugTests {
  @Test func hang() {
    let setting = DeathTests.Setting(
      victim: "server", client: .apartmentThreaded, server: .apartmentThreaded,
      schedule: .lesson([]))
    let choices = DeathTests.run(setting, killAt: nil).world.choices
    for point in 0...choices {
      let run = DeathTests.run(setting, killAt: point)
      print(
        "point \(point) of \(choices): \(run.standing) \(run.world.ending) events \(run.events.count)"
      )
      if run.standing == .running {
        for event in run.events.suffix(25) { print(event.thread, event.kind) }
        break
      }
    }
  }
}
