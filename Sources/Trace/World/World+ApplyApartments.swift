import HashTreeCollections

/// Apartments and who is in them.
extension World {
  mutating func foldApartments(_ event: Event) {
    switch event.kind {
    case .apartmentCreated(let id, let kind, let isMain, let startedBy):
      if apartments[id] != nil || id.isNone {
        contradict(event, "apartment \(id) is made, but that number was given already")
      }
      apartments[id] = Apartment(
        id: id, process: event.thread.processID, kind: kind, isMain: isMain, startedBy: startedBy)
    case .apartmentEntered(let id, let membership, let count):
      enter(id, membership, count: count, event)
    case .apartmentLeft(let id, let count): leave(id, count: count, event)
    case .apartmentEnded(let id):
      let wasAlive = apartments.change(id) { apartment in
        let wasAlive = apartment.isAlive
        apartment.isAlive = false
        // What nobody will take goes with the queue.
        apartment.queue = []
        return wasAlive
      }
      if wasAlive != true {
        contradict(event, "apartment \(id) ends, but there is no such living apartment")
      }
    default: break
    }
  }

  private mutating func enter(
    _ id: ApartmentID, _ membership: Membership, count: UInt32, _ event: Event
  ) {
    if apartments[id]?.isAlive != true {
      contradict(event, "thread \(event.thread) enters apartment \(id), which does not live")
    }
    let before = threads.change(event.thread) { thread in
      let before = (thread.apartment, thread.membership, thread.initializations)
      thread.apartment = id
      thread.membership = membership
      thread.initializations = count
      return before
    }
    guard let (old, oldMembership, oldCount) = before else { return }
    if !old.isNone && old != id && oldMembership == .explicit {
      contradict(
        event, "thread \(event.thread) enters apartment \(id), but it is in apartment \(old)")
    }
    let expected = membership == .explicit ? oldCount &+ 1 : oldCount
    if count != expected {
      contradict(
        event, "thread \(event.thread) has initialised COM \(count) times; \(expected) expected")
    }
  }

  private mutating func leave(_ id: ApartmentID, count: UInt32, _ event: Event) {
    let before = threads.change(event.thread) { thread in
      let before = (thread.apartment, thread.initializations)
      thread.initializations = count
      if count == 0 { thread.apartment = .none }
      return before
    }
    guard let (old, oldCount) = before else { return }
    if old != id {
      contradict(event, "thread \(event.thread) leaves apartment \(id), but it is not in it")
    }
    let expected = oldCount == 0 ? 0 : oldCount - 1
    if count != expected {
      contradict(
        event, "thread \(event.thread) has \(count) initialisations left; \(expected) expected")
    }
  }
}
