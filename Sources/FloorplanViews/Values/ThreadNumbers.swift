import Trace

/// The number of each thread: drawn beside its name, and the key that steps it.
///
/// In a run of one process it is the thread's own. Where there are several each has a thread 1: there
/// the cast's threads come first, in its order, then the others as they were started. No number is
/// ever given twice, and none changes while the run goes on.
public struct ThreadNumbers: Sendable {
  private let numbers: [ThreadID: Int]
  private let threads: [Int: ThreadID]

  public init(_ world: World, _ cast: Cast) {
    var numbers: [ThreadID: Int] = [:]
    let started = world.threads.values.sorted { ($0.slot, $0.id) < ($1.slot, $1.id) }
    if cast.buildings.isEmpty, !world.hasProcesses {
      for thread in started { numbers[thread.id] = Int(thread.id.number) }
    } else {
      var next = 1
      for building in cast.buildings {
        let process = world.process(of: building, in: cast)
        for name in building.threads {
          let thread = started.first { thread in
            thread.id.processID == process && world[thread.name] == name
              && numbers[thread.id] == nil
          }
          if let thread { numbers[thread.id] = next }
          next += 1
        }
      }
      for thread in started where numbers[thread.id] == nil {
        numbers[thread.id] = next
        next += 1
      }
    }
    self.numbers = numbers
    threads = Dictionary(
      numbers.map { ($0.value, $0.key) }, uniquingKeysWith: { first, second in min(first, second) })
  }

  /// A thread's number; the thread's own where it has not started.
  public subscript(_ thread: ThreadID) -> Int { numbers[thread] ?? Int(thread.number) }

  /// The thread that the key steps.
  public func thread(numbered number: Int) -> ThreadID? { threads[number] }
}

extension World {
  /// The process that a building stands for, once it is there: the one of its name; the first client
  /// may be called otherwise.
  func process(of building: Building, in cast: Cast) -> ProcessID? {
    guard building.kind != .scm else { return nil }
    let own = processes.values.filter { self[$0.name] == building.name }.map(\.id).min()
    if let own { return own }
    let first = cast.buildings.first { $0.kind == .client }
    guard building == first, let process = processes[ProcessID(1)],
      !cast.buildings.contains(where: { $0.name == self[process.name] })
    else { return nil }
    return process.id
  }
}
