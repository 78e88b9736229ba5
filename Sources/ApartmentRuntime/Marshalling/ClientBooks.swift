import Trace

/// What each other process holds of an object's interface stubs, so that it can be taken back when
/// the process is gone.
struct ClientBooks: Sendable {
  struct Entry: Hashable, Sendable {
    let process: ProcessID
    let stub: InterfaceStubID
    var count: UInt32
  }

  /// In the order in which they were opened; none is 0.
  private(set) var entries: [Entry] = []

  /// Whether no other process holds anything.
  var isEmpty: Bool { entries.isEmpty }

  func count(of stub: InterfaceStubID, with process: ProcessID) -> UInt32 {
    place(of: stub, with: process).map { entries[$0].count } ?? 0
  }

  /// A process has more references from here on.
  mutating func add(_ count: UInt32, of stub: InterfaceStubID, to process: ProcessID) {
    guard count > 0 else { return }
    if let index = place(of: stub, with: process) {
      entries[index].count += count
    } else {
      entries.append(Entry(process: process, stub: stub, count: count))
    }
  }

  /// A process gives references up.
  ///
  /// - Returns: how many of them it had: nobody gives back what is others'.
  mutating func take(
    _ count: UInt32, of stub: InterfaceStubID, from process: ProcessID
  ) -> UInt32 {
    guard let index = place(of: stub, with: process) else { return 0 }
    let taken = min(count, entries[index].count)
    entries[index].count -= taken
    if entries[index].count == 0 { entries.remove(at: index) }
    return taken
  }

  /// Takes all that a process has.
  mutating func close(_ process: ProcessID) -> [Entry] {
    let closed = entries.filter { $0.process == process }
    entries.removeAll { $0.process == process }
    return closed
  }

  private func place(of stub: InterfaceStubID, with process: ProcessID) -> Int? {
    entries.firstIndex { $0.process == process && $0.stub == stub }
  }
}
