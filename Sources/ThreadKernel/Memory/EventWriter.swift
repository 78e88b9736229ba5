import CKernel
import Synchronization
import Trace

/// Writes the events of one slot into its ring.
struct EventWriter {
  let slot: SharedArena.Slot
  let arena: SharedArena

  /// Claims the next ticket and writes the event there.
  ///
  /// Nothing is dropped: where the ring is full the writer waits for the collector, which takes no
  /// lock of the runtime's. That wait is no scheduling point.
  func write(_ event: Event) {
    let index = slot.written.pointee.load(ordering: .relaxed)
    guard hasRoom(1) || waitForRoom(1) else { return }
    var told = event
    told.n = arena.ticket.pointee.wrappingAdd(1, ordering: .relaxed).oldValue
    slot.record(index).initialize(to: told)
    slot.written.pointee.store(index &+ 1, ordering: .releasing)
    if index % UInt64(SharedArena.ringCapacity / 4) == 0 { arena.ring() }
  }

  /// Waits until so many events can be written without waiting.
  func reserve(_ count: UInt64) {
    if !hasRoom(count) { _ = waitForRoom(count) }
  }

  private func hasRoom(_ count: UInt64) -> Bool {
    let used =
      slot.written.pointee.load(ordering: .relaxed) &- slot.read.pointee.load(ordering: .acquiring)
    return used &+ count <= UInt64(SharedArena.ringCapacity)
  }

  /// False when the run was abandoned meanwhile: then nobody reads any more.
  private func waitForRoom(_ count: UInt64) -> Bool {
    // Said once: several writers that wait must not keep waking each other.
    arena.ring()
    while true {
      let seen = arena.doorbell.pointee.load(ordering: .acquiring)
      if hasRoom(count) { return true }
      if arena.isDeaf.pointee.load(ordering: .acquiring) != 0 { return false }
      // The collector rings after it has read; the time bounds what a killed one would cost.
      arena.doorbell.sleep(while: seen, nanoseconds: 10_000_000)
    }
  }
}

extension SharedArena {
  /// Wakes whoever waits for news.
  func ring() {
    doorbell.pointee.wrappingAdd(1, ordering: .releasing)
    doorbell.wake()
  }
}
