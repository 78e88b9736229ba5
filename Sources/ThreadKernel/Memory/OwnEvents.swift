import Synchronization
import Trace

/// What is told by nobody of the run: by its controller, and by the kernel for itself.
///
/// It takes any number of events without waiting, because whoever tells them may be the one who
/// reads them, or hold the scheduler's lock. It is the parent's own and needs no shared memory.
final class OwnEvents: Sendable {
  private struct State {
    var events: [Event] = []
    var readUpTo = 0
  }

  private let state = Guarded(State())
  private let oldestUnread = Atomic<UInt64>(.max)

  /// The ticket of the oldest unread event, for a look without the lock.
  var oldest: UInt64 { oldestUnread.load(ordering: .acquiring) }

  /// Takes an event; its ticket is claimed here, so that they stand in order.
  func write(_ event: Event, ticket: UnsafeMutablePointer<Atomic<UInt64>>) {
    state.withLock { state in
      var told = event
      told.n = ticket.pointee.wrappingAdd(1, ordering: .relaxed).oldValue
      if state.events.isEmpty { oldestUnread.store(told.n, ordering: .releasing) }
      state.events.append(told)
    }
  }

  /// The same with the lock: whoever has claimed a ticket meanwhile has written its event too.
  func firstTicket() -> UInt64? {
    state.withLock { $0.readUpTo < $0.events.count ? $0.events[$0.readUpTo].n : nil }
  }

  /// Hands over the events with consecutive tickets from `next` on; how many there were.
  func take(from next: UInt64, into events: inout [Event], limit: Int) -> Int {
    let taken = state.withLock { state -> [Event] in
      let start = state.readUpTo
      while state.readUpTo < state.events.count, state.readUpTo - start < limit,
        state.events[state.readUpTo].n == next + UInt64(state.readUpTo - start)
      {
        state.readUpTo += 1
      }
      let taken = Array(state.events[start..<state.readUpTo])
      if state.readUpTo == state.events.count {
        state.events.removeAll(keepingCapacity: true)
        state.readUpTo = 0
      }
      oldestUnread.store(
        state.events.isEmpty ? .max : state.events[state.readUpTo].n, ordering: .releasing)
      return taken
    }
    events.append(contentsOf: taken)
    return taken.count
  }
}
