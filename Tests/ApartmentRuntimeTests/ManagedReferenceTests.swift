import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// A reference that marshals itself (fact S8).
@Suite struct ManagedReferenceTests {
  /// An object of the main STA, used by threads of every kind by one managed reference.
  private func share(
    _ program: Program, users: [(String, Coinit?)],
    _ use: @escaping @Sendable (String, ManagedReference<ICounter>) throws -> Void
  ) {
    let ready = program.signal()
    let box = Box<ManagedReference<ICounter>>()
    let main = program.thread("main", .apartmentThreaded) {
      let counter = ComPtr<ICounter>(try Counter())
      box.value = try ManagedReference(counter, name: "managed")
      ready.set()
      pump()
      box.value?.dispose()
    }
    guard main != nil else { return }
    for (name, model) in users {
      program.thread(name, model) {
        try waitForSingleObject(.signal(ready))
        if let reference = box.value { try use(name, reference) }
      }
    }
  }

  @Test("S8: any thread uses it with no special code", arguments: schedules)
  func anyThread(_ schedule: Schedule) {
    let run = run(schedule) { program in
      share(program, users: [("sta", .apartmentThreaded), ("mta", .multithreaded), ("bare", nil)]) {
        name, reference in
        try program.note(name, reference.pointer().increment())
        try program.note("\(name) again", reference.pointer().isProxy)
      }
    }
    #expect(Set(["sta", "mta", "bare"].compactMap { run[$0] }) == ["1", "2", "3"])
    #expect(run["sta again"] == "true")
    #expect(run.world.trespasses.isEmpty)
    #expect(run.world.refusals.isEmpty)
    // One proxy for each apartment: the STA's and the MTA's, of which there may have been two.
    let homes = run.world.objectsInOrder.filter { $0.role == .proxy }.map(\.apartment)
    #expect(Set(homes).count == homes.count)
    #expect(homes.count >= 2)
  }

  @Test("S8: in its own apartment it is the object's own pointer")
  func atHome() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        let reference = try ManagedReference(counter, name: "managed")
        try program.note("proxy", reference.pointer().isProxy)
        try program.note("same", reference.pointer().object == counter.object)
        try program.note("value", reference.pointer().increment())
        reference.dispose()
        reference.dispose()
        program.note("disposed") { _ = try reference.pointer() }
        program.note("count", counter.count)
      }
    }
    #expect(run["proxy"] == "false")
    #expect(run["same"] == "true")
    #expect(run["value"] == "1")
    #expect(run["disposed"] == "CO_E_OBJNOTCONNECTED")
    #expect(run["count"] == "1")
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  @Test("disposing gives everything back, on the object's own thread", arguments: schedules)
  func dispose(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let ready = program.signal()
      let box = Box<ManagedReference<ICounter>>()
      program.thread("main", .apartmentThreaded) {
        box.value = try ManagedReference(ComPtr<ICounter>(try Counter()), name: "managed")
        ready.set()
        pump()
      }
      program.thread("worker", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        try box.value?.pointer().increment()
        box.value?.dispose()
      }
    }
    let counter = run.world.objects(named: "Counter").first { $0.role == .component }
    #expect(counter?.isAlive == false)
    #expect(run.world.stubsInOrder.allSatisfy { $0.state == .ended })
    #expect(run.world.packetsInOrder.allSatisfy { $0.state == .released })
    #expect(run.world.trespasses.isEmpty)
  }
}

/// A value that one thread leaves for others, which learn of it by a signal.
final class Box<Value: Sendable>: Sendable {
  private let content = ShortLock<Value?>(nil)

  var value: Value? {
    get { content.withLock { $0 } }
    set { content.withLock { $0 = newValue } }
  }
}
