/// The World in order, and the questions that views, lessons and checks ask of it most.
extension World {
  public var processesInOrder: [Process] { processes.values.sorted { $0.id < $1.id } }
  public var threadsInOrder: [Thread] { threads.values.sorted { $0.id < $1.id } }
  public var apartmentsInOrder: [Apartment] { apartments.values.sorted { $0.id < $1.id } }
  public var objectsInOrder: [Object] { objects.values.sorted { $0.id < $1.id } }
  public var stubsInOrder: [StubManager] { stubs.values.sorted { $0.id < $1.id } }
  public var interfaceStubsInOrder: [InterfaceStub] {
    interfaceStubs.values.sorted { $0.id < $1.id }
  }
  public var packetsInOrder: [Packet] { packets.values.sorted { $0.id < $1.id } }
  public var callsInOrder: [Call] { calls.values.sorted { $0.id < $1.id } }
  public var fieldsInOrder: [Field] { fields.values.sorted { $0.name < $1.name } }
  public var cellsInOrder: [Cell] { cells.values.sorted { $0.name < $1.name } }

  /// The number of a text, where it was told.
  public func name(_ text: String) -> Name? {
    texts.filter { $0.value == text }.map(\.key).min()
  }

  /// The thread of that name, the first started where several have it.
  public func thread(named text: String) -> Thread? {
    threadsInOrder.first { self[$0.name] == text }
  }

  /// The thread with that place in a `ThreadSet`.
  public func thread(slot: Int) -> Thread? {
    threads.values.first { Int($0.slot) == slot }
  }

  /// The objects of that class name, in the order of their making, tombstones too.
  public func objects(named text: String) -> [Object] {
    objectsInOrder.filter { self[$0.name] == text }
  }

  /// What the field points at; nil where there is no such field or it points at nothing.
  public func target(ofField text: String) -> Object? {
    // Each process has a number of its own for a text.
    guard let field = fieldsInOrder.first(where: { self[$0.name] == text }) else { return nil }
    return objects[field.object]
  }

  /// The value last told of the object under that name.
  public func value(_ text: String, of object: ObjectID) -> Int64? {
    objects[object]?.values.first { self[$0.name] == text }?.value
  }

  /// The threads that are in the apartment, in order.
  public func threads(in apartment: ApartmentID) -> [Thread] {
    threadsInOrder.filter { $0.apartment == apartment && $0.activity != .ended }
  }

  /// The living references to an object with their holders, in the order in which they came.
  public func holders(of object: ObjectID) -> [Reference] {
    objects[object]?.holders.compactMap { references[$0] } ?? []
  }

  /// The method that the thread is in, innermost first, with the object that it belongs to.
  public func innermostMethod(of thread: ThreadID) -> (ObjectID, Name)? {
    for frame in (threads[thread]?.frames ?? []).reversed() {
      if case .method(let object, let name, _) = frame.kind { return (object, name) }
    }
    return nil
  }

  /// The room that a thread's code stands in now: the home of the object whose method it is in,
  /// where that is another one than its own (a direct pointer brought it there).
  public func trespassing(_ thread: ThreadID) -> ApartmentID? {
    guard let own = threads[thread]?.current, let (object, _) = innermostMethod(of: thread),
      let home = objects[object]?.apartment, !home.isNone, home != own, !isAgile(object)
    else { return nil }
    return home
  }

  /// Whether any apartment may call the object directly: it, or what it is a part of, is agile.
  public func isAgile(_ id: ObjectID) -> Bool {
    var next = objects[id]
    while let object = next {
      if object.isAgile { return true }
      // A part is made after its outer object; a damaged recording may say otherwise.
      guard object.outer < object.id else { return false }
      next = objects[object.outer]
    }
    return false
  }

  /// Whether a step with that key was reached.
  public func reached(_ key: String) -> Bool { steps.contains { self[$0.key] == key } }

  /// Whether the lesson's place of that name was passed.
  public func passed(_ mark: String) -> Bool { marks.contains { self[$0.name] == mark } }
}
