import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Message loops of threads that share an apartment: what is posted to one of them is its own.
@Suite struct PostedMessageTests {
  @Test(arguments: schedules) func aThreadOfTheMTAGetsItsOwnMessages(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let ready = program.signal()
      let places = Guarded<[KernelThread]>([])
      for name in ["one", "two"] {
        program.thread(name, .multithreaded) {
          guard let me = KernelThread.current else { return }
          let isLast = places.withLock { places in
            places.append(me)
            return places.count == 2
          }
          if isLast { ready.set() }
          var count = 0
          while let message = getMessage() {
            dispatchMessage(message)
            count += 1
          }
          program.note(name, count)
        }
      }
      program.thread("sender", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        let room = try currentApartment()
        let threads = places.withLock { $0.sorted { $0.name < $1.name } }
        #expect(postThreadMessage(.user(1), to: room, of: threads[0]))
        #expect(postThreadMessage(.user(2), to: room, of: threads[0]))
        // WM_QUIT comes when nothing else is left.
        #expect(postThreadMessage(.quit, to: room, of: threads[0]))
        #expect(postThreadMessage(.user(3), to: room, of: threads[0]))
        #expect(postThreadMessage(.quit, to: room, of: threads[1]))
      }
    }
    #expect(run["one"].map { ["2", "3"].contains($0) } == true)
    #expect(run["two"] == "0")
    #expect(run.world.apartmentsInOrder.allSatisfy { $0.queue.isEmpty })
  }
}
