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
    while !hasRoom(count) {
      if arena.isDeaf.pointee.load(ordering: .acquiring) != 0 { return false }
      let seen = arena.doorbell.pointee.load(ordering: .acquiring)
      arena.ring()
      // The collector rings too after it has read; a millisecond bounds a ring that was missed.
      arena.doorbell.sleep(while: seen &+ 1, nanoseconds: 1_000_000)
    }
    return true
  }
}

extension SharedArena {
  /// Wakes whoever waits for news.
  func ring() {
    doorbell.pointee.wrappingAdd(1, ordering: .releasing)
    doorbell.wake()
  }
}
