import HashTreeCollections

/// Objects, the references to them, fields and cells, and the methods that threads are in.
extension World {
  mutating func foldObjects(_ event: Event) {
    switch event.kind {
    case .objectCreated(let id, let role, let name, let apartment):
      createObject(id, role, name: name, apartment: apartment, event)
    case .referenceAdded(let reference, let object, let holder, let count):
      add(reference, to: object, by: holder, count: count, event)
    case .referenceMoved(let reference, let holder): move(reference, to: holder, event)
    case .referenceReleased(let reference, let object, let count):
      release(reference, of: object, count: count, event)
    case .objectDestroyed(let id): destroy(id, event)
    case .usedAfterRelease(let id, let holder, let use):
      if objects[id] == nil { contradict(event, "object \(id) is used, but was never made") }
      misuses.append(
        Misused(object: id, holder: holder, use: use, thread: event.thread, at: event.n))
    case .fieldSet(let name, let object):
      if !object.isNone && objects[object] == nil {
        contradict(event, "a field points at object \(object), which was never made")
      }
      fields[name] = Field(name: name, object: object, since: event.n)
    case .valueSet(let id, let name, let value): set(name, to: value, of: id, event)
    case .cellRead(let name, let value): read(cell: name, value, event)
    case .cellWritten(let name, let value):
      cells[name, default: Cell(name: name, value: value)].write(value, by: event.thread)
    case .methodEntered(let object, let name, let path): enter(object, name, path, event)
    case .methodLeft(let object, _): leaveMethod(of: object, event)
    default: break
    }
  }

  private mutating func createObject(
    _ id: ObjectID, _ role: ObjectRole, name: Name, apartment: ApartmentID, _ event: Event
  ) {
    if objects[id] != nil || id.isNone {
      contradict(event, "object \(id) is made, but that number was given already")
    }
    var process = event.thread.processID
    if !apartment.isNone {
      if let home = apartments[apartment] {
        process = home.process
      } else {
        contradict(event, "object \(id) is made in apartment \(apartment), which is not known")
      }
    }
    objects[id] = Object(id: id, role: role, name: name, apartment: apartment, process: process)
  }

  private mutating func add(
    _ reference: ReferenceID, to id: ObjectID, by holder: Holder, count: UInt32, _ event: Event
  ) {
    if references[reference] != nil || reference.isNone {
      contradict(event, "reference \(reference) is added, but that number was given already")
    }
    references[reference] = Reference(
      id: reference, object: id, holder: holder, site: Site(file: event.file, line: event.line),
      since: event.n)
    let after = objects.change(id) { object in
      object.holders.append(reference)
      object.count = count
      return (isAlive: object.isAlive, holders: object.holders.count)
    }
    check(after, of: id, count: count, "gains", event)
  }

  private mutating func move(_ reference: ReferenceID, to holder: Holder, _ event: Event) {
    let wasHeld = references.change(reference) { reference in
      guard reference.released == nil else { return false }
      reference.holder = holder
      return true
    }
    if wasHeld != true {
      contradict(event, "reference \(reference) changes hands, but nobody holds it")
    }
  }

  private mutating func release(
    _ reference: ReferenceID, of id: ObjectID, count: UInt32, _ event: Event
  ) {
    let wasHeld = references.change(reference) { reference in
      guard reference.released == nil && reference.object == id else { return false }
      reference.released = event.n
      return true
    }
    if wasHeld != true {
      contradict(event, "reference \(reference) of object \(id) is released, but nobody holds it")
    }
    let after = objects.change(id) { object in
      if wasHeld == true, let index = object.holders.firstIndex(of: reference) {
        object.holders.remove(at: index)
      }
      object.count = count
      return (isAlive: object.isAlive, holders: object.holders.count)
    }
    check(after, of: id, count: count, "loses", event)
  }

  /// A count is a sum of its holders, and only the living are counted.
  private mutating func check(
    _ after: (isAlive: Bool, holders: Int)?, of id: ObjectID, count: UInt32, _ verb: String,
    _ event: Event
  ) {
    guard let after else {
      contradict(event, "object \(id) \(verb) a reference, but was never made")
      return
    }
    if !after.isAlive {
      contradict(event, "object \(id) \(verb) a reference, but it was destroyed")
    }
    if Int(count) != after.holders {
      contradict(event, "object \(id) counts \(count) references; \(after.holders) are held")
    }
  }

  private mutating func destroy(_ id: ObjectID, _ event: Event) {
    let before = objects.change(id) { object in
      let before = (isAlive: object.isAlive, holders: object.holders.count)
      object.isAlive = false
      return before
    }
    if before?.isAlive != true {
      contradict(event, "object \(id) is destroyed, but there is no such living object")
    } else if let holders = before?.holders, holders != 0 {
      contradict(event, "object \(id) is destroyed while \(holders) references to it are held")
    }
  }

  private mutating func set(
    _ name: Name, to value: Int64, of id: ObjectID, _ event: Event
  ) {
    let found: Void? = objects.change(id) { object in
      if let index = object.values.firstIndex(where: { $0.name == name }) {
        object.values[index].value = value
      } else {
        object.values.append(Value(name: name, value: value))
      }
    }
    if found == nil { contradict(event, "object \(id) has a value, but was never made") }
  }

  private mutating func read(cell name: Name, _ value: Int64, _ event: Event) {
    if let known = cells[name]?.value, known != value, !wasEverFree {
      contradict(event, "a cell reads \(value); \(known) was written last")
    }
    cells[name, default: Cell(name: name, value: value)].lastReader = event.thread
  }

  private mutating func enter(
    _ id: ObjectID, _ method: Name, _ path: CallPath, _ event: Event
  ) {
    push(.method(id, method, path), event)
    guard let object = objects[id] else {
      contradict(event, "a method of object \(id) is entered, but it was never made")
      return
    }
    guard path == .direct, object.role == .component, !object.apartment.isNone,
      object.apartment != threads[event.thread]?.current, !isAgile(id)
    else { return }
    trespasses.append(
      Trespass(object: id, method: method, thread: event.thread, at: event.n))
  }

  private mutating func leaveMethod(of id: ObjectID, _ event: Event) {
    let isMatched = threads.change(event.thread) { thread in
      if case .method(id, _, _) = thread.frames.last?.kind {
        thread.frames.removeLast()
        return true
      }
      return false
    }
    if isMatched == false {
      contradict(event, "thread \(event.thread) leaves a method of object \(id) that it is not in")
    }
  }
}

extension World.Cell {
  fileprivate mutating func write(_ value: Int64, by thread: ThreadID) {
    self.value = value
    lastWriter = thread
  }
}
