import CKernel
import Synchronization
import Trace

/// Merges the rings of a run into its one order. One thread reads.
public final class Collector {
  private let arena: SharedArena
  private let ownEvents: OwnEvents
  private var next: UInt64 = 0
  private var likely = 0
  private var readUpTo: [UInt64]

  init(arena: SharedArena, ownEvents: OwnEvents) {
    self.arena = arena
    self.ownEvents = ownEvents
    readUpTo = Array(repeating: 0, count: SharedArena.slotCount)
  }

  /// Appends what has been told and not read yet, in order; stops at the first ticket that was
  /// claimed and is not written. `n` is the ticket. Returns how many there were.
  @discardableResult
  public func drain(into events: inout [Event], limit: Int = .max) -> Int {
    var count = 0
    while count < limit {
      if let slot = slotOfNext() {
        count += read(slot, into: &events, limit: limit - count)
      } else if ownEvents.oldest == next {
        let taken = ownEvents.take(from: next, into: &events, limit: limit - count)
        next += UInt64(taken)
        count += taken
      } else if isNextVoid() {
        next += 1
      } else {
        break
      }
    }
    if count > 0 { arena.ring() }
    return count
  }

  /// Whether a ticket was claimed whose event has not been read: a thread inside whose process was
  /// killed may be about to write it, though it counts as ended.
  var isAwaited: Bool { arena.ticket.pointee.load(ordering: .acquiring) > next }

  /// Sleeps until something may have been told, at most so long.
  public func waitForNews(nanoseconds: Int64) {
    let seen = arena.doorbell.pointee.load(ordering: .acquiring)
    if slotOfNext() == nil, ownEvents.oldest != next {
      arena.doorbell.sleep(while: seen, nanoseconds: nanoseconds)
    }
  }

  /// Whether the next ticket was claimed by a thread of a child that was killed before it filled it.
  ///
  /// A thread that claims one says so before, and takes that back when its event can be read: where
  /// none that runs says so any more, and the event is not there, nobody writes it.
  private func isNextVoid() -> Bool {
    let dead = arena.dead.acquired
    guard dead != 0, arena.ticket.pointee.load(ordering: .acquiring) > next else { return false }
    for index in 0..<SharedArena.slotCount {
      let slot = arena.slot(index)
      let process = UInt64(slot.thread.process)
      guard slot.isClaiming.acquired == 0 || dead & (1 << process) != 0 else { return false }
    }
    return ownEvents.firstTicket() != next && slotOfNext() == nil
  }

  /// The slot whose oldest unread event has the next ticket.
  private func slotOfNext() -> Int? {
    if holdsNext(likely) { return likely }
    for slot in 0..<SharedArena.slotCount where holdsNext(slot) {
      likely = slot
      return slot
    }
    return nil
  }

  private func holdsNext(_ index: Int) -> Bool {
    let slot = arena.slot(index)
    guard slot.written.pointee.load(ordering: .acquiring) > readUpTo[index] else { return false }
    return slot.record(readUpTo[index]).pointee.n == next
  }

  /// Reads the run of consecutive tickets that begins in the slot.
  private func read(_ index: Int, into events: inout [Event], limit: Int) -> Int {
    let slot = arena.slot(index)
    let written = slot.written.pointee.load(ordering: .acquiring)
    var place = readUpTo[index]
    var count = 0
    while place < written, count < limit {
      let event = slot.record(place).pointee
      guard event.n == next else { break }
      events.append(event)
      next += 1
      place += 1
      count += 1
    }
    readUpTo[index] = place
    slot.read.pointee.store(place, ordering: .releasing)
    return count
  }
}
