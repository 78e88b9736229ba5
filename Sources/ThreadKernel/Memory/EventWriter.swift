import CKernel
import Synchronization
import Trace

/// Writes the events of one slot into its ring.
///
/// It holds no reference, so that telling counts none; whoever has it keeps the arena alive.
struct EventWriter {
  private let slot: SharedArena.Slot
  private let ticket: UnsafeMutablePointer<Atomic<UInt64>>
  private let doorbell: UnsafeMutablePointer<Atomic<UInt32>>
  private let isDeaf: UnsafeMutablePointer<Atomic<UInt32>>

  init(slot: Int, of arena: SharedArena) {
    self.slot = arena.slot(slot)
    ticket = arena.ticket
    doorbell = arena.doorbell
    isDeaf = arena.isDeaf
  }

  /// Claims the next ticket and writes the event there.
  ///
  /// Nothing is dropped: where the ring is full the writer waits for the collector, which takes no
  /// lock of the runtime's. That wait is no scheduling point.
  func write(_ event: Event) {
    let index = slot.written.pointee.load(ordering: .relaxed)
    guard hasRoom(1) || waitForRoom(1) else { return }
    var told = event
    // Who is killed in between leaves a ticket that nobody fills: the collector has to know.
    slot.isClaiming.relaxed = 1
    told.n = ticket.pointee.wrappingAdd(1, ordering: .releasing).oldValue
    slot.record(index).initialize(to: told)
    slot.written.pointee.store(index &+ 1, ordering: .releasing)
    slot.isClaiming.release(0)
    if index % UInt64(SharedArena.ringCapacity / 4) == 0 { doorbell.ring() }
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
    doorbell.ring()
    while true {
      let seen = doorbell.pointee.load(ordering: .acquiring)
      if hasRoom(count) { return true }
      if isDeaf.pointee.load(ordering: .acquiring) != 0 { return false }
      // The collector rings after it has read; the time bounds what a killed one would cost.
      doorbell.sleep(while: seen, nanoseconds: 10_000_000)
    }
  }
}
