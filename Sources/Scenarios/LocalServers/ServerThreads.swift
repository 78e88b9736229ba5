import ApartmentRuntime
import ThreadKernel
import Trace

/// The threads of a server that have message loops: told to leave them when the server stops.
final class ServerThreads: Sendable {
  /// A thread and its room.
  private struct Place: Sendable {
    let room: Apartment
    let thread: KernelThread?
  }

  private let places = ShortLock<[Place]>([])

  /// The calling thread has a loop.
  func join() throws(HResult) {
    let mine = Place(room: try currentApartment(), thread: .current)
    places.withLock { $0.append(mine) }
  }

  /// Every loop ends once it has nothing else to do.
  func postQuit(file: StaticString = #fileID, line: UInt32 = #line) {
    for place in places.withLock({ $0 }) {
      postThreadMessage(
        .quit, to: place.room, of: place.thread, file: file, line: line)
    }
  }
}

/// The count of the whole process, which COM keeps (O8).
final class ProcessCount: ServerCount {
  private let threads: ServerThreads

  init(_ threads: ServerThreads) { self.threads = threads }

  func add(_ who: String) {
    coAddRefServerProcess(as: who)
  }

  func release(_ who: String) {
    // At 0 COM has suspended all class objects, in the same step.
    if coReleaseServerProcess(as: who) == 0 { threads.postQuit() }
  }

  func quit() { threads.postQuit() }
}
