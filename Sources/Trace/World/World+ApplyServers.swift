import HashTreeCollections

/// Classes, modules, activation, the rooms that code visits, message filters.
extension World {
  mutating func foldServers(_ event: Event) {
    switch event.kind {
    case .classKnown(let id, let name, let module, let model):
      if classes[id] != nil || id.isNone {
        contradict(event, "class \(id) is known, but that number was given already")
      }
      classes[id] = RegisteredClass(
        id: id, name: name, module: module, modelText: model,
        model: ThreadingModel(registryText: model.isNone ? nil : self[model]))
    case .moduleLoaded, .moduleCounts, .moduleCandidate, .moduleUnloaded, .unloadedCodeRun,
      .objectOfModule:
      foldModules(event)
    case .classObjectRegistered, .classObjectRevoked, .activated: foldActivation(event)
    case .globalRegistered, .globalRevoked: foldGlobals(event)
    case .contextEntered(let id): visit(id, event)
    case .contextLeft(let id): leaveVisit(id, event)
    case .messageFilterSet(let id, let object):
      let found: Void? = apartments.change(id) { $0.filter = object }
      if found == nil { contradict(event, "apartment \(id) has a filter, but was never made") }
    case .aggregated(let inner, let outer):
      if objects[outer] == nil {
        contradict(event, "object \(inner) is aggregated by object \(outer), never made")
      }
      let found: Void? = objects.change(inner) { $0.outer = outer }
      if found == nil { contradict(event, "object \(inner) is aggregated, but was never made") }
    case .objectAgile(let id):
      let found: Void? = objects.change(id) { $0.isAgile = true }
      if found == nil { contradict(event, "object \(id) is agile, but was never made") }
    default: foldCounting(event)
    }
  }

  // MARK: Modules

  private mutating func foldModules(_ event: Event) {
    switch event.kind {
    case .moduleLoaded(let id, let name):
      if modules[id] != nil || id.isNone {
        contradict(event, "module \(id) is loaded, but that number was given already")
      }
      modules[id] = Module(
        id: id, process: event.thread.processID, name: name, loader: event.thread)
    case .moduleCounts(let id, let objects, let locks):
      changeModule(id, event) { module in
        module.objects = objects
        module.locks = locks
        // What it said before holds no more.
        if case .candidate = module.state, objects > 0 || locks > 0 { module.state = .loaded }
      }
    case .moduleCandidate(let id, let due):
      changeModule(id, event) { $0.state = .candidate(due: due) }
    case .moduleUnloaded(let id):
      if modules[id]?.state == .unloaded {
        contradict(event, "module \(id) is unloaded, but it was before")
      }
      changeModule(id, event) { $0.state = .unloaded }
    case .unloadedCodeRun(let id, let method):
      if modules[id]?.state != .unloaded {
        contradict(event, "code of module \(id) is said to be gone, but the module is loaded")
      }
      unloadedRuns.append(
        UnloadedRun(module: id, method: method, thread: event.thread, at: event.n))
    case .objectOfModule(let object, let id):
      if modules[id] == nil {
        contradict(event, "module \(id) has an object, but was never loaded")
      }
      let found: Void? = objects.change(object) { $0.module = id }
      if found == nil { contradict(event, "object \(object) has a module, but was never made") }
    default: break
    }
  }

  private mutating func changeModule(
    _ id: ModuleID, _ event: Event, _ body: (inout Module) -> Void
  ) {
    let found: Void? = modules.change(id) { body(&$0) }
    if found == nil { contradict(event, "module \(id) changes, but was never loaded") }
  }

  // MARK: Activation

  private mutating func foldActivation(_ event: Event) {
    switch event.kind {
    case .classObjectRegistered(let id, let ofClass, let object, let context, let use):
      if registrations[id] != nil || id.isNone {
        contradict(event, "registration \(id) is made, but that number was given already")
      }
      check(ofClass, object, event)
      registrations[id] = Registration(
        id: id, ofClass: ofClass, object: object, process: event.thread.processID,
        apartment: threads[event.thread]?.current ?? .none, context: context, use: use)
    case .classObjectRevoked(let id):
      let before = registrations.change(id) { registration in
        defer { registration.isRevoked = true }
        return registration.isRevoked
      }
      if before != false {
        contradict(event, "registration \(id) is revoked, but there is no such registration")
      }
    case .activated(let ofClass, let object, let result):
      check(ofClass, object, event)
      activations.append(activation(of: ofClass, object, result, event))
    default: break
    }
  }

  private mutating func check(_ ofClass: ClassID, _ object: ObjectID, _ event: Event) {
    if classes[ofClass] == nil { contradict(event, "class \(ofClass) is used, but not known") }
    if !object.isNone && objects[object] == nil {
      contradict(event, "object \(object) is of class \(ofClass), but was never made")
    }
  }

  private func activation(
    of ofClass: ClassID, _ id: ObjectID, _ result: HResult, _ event: Event
  ) -> Activation {
    let object = objects[id]
    let stub = object.flatMap { stubs[$0.stub] }
    let home = object?.role == .proxy ? stub?.apartment : object?.apartment
    let path: PointerPath =
      object?.role != .proxy
      ? .direct : apartments[home ?? .none]?.kind == .neutral ? .lightProxy : .proxy
    let client = threads[event.thread]
    return Activation(
      ofClass: ofClass, client: event.thread, room: client.flatMap(room),
      apartment: client?.current ?? .none, object: id, home: home ?? .none, path: path,
      result: result, at: event.n)
  }

  /// Where a thread's code stands, as a row of the matrix.
  private func room(of thread: Thread) -> ClientRoom? {
    guard let own = apartments[thread.apartment] else { return nil }
    if apartments[thread.current]?.kind == .neutral {
      return own.kind == .singleThreaded ? .neutralOnSTA : .neutralOnMTA
    }
    switch own.kind {
    case .singleThreaded: return own.isMain ? .mainSTA : .otherSTA
    case .multithreaded:
      return thread.membership == .implicit ? .implicitMultithreaded : .multithreaded
    case .neutral: return nil
    }
  }

  // MARK: The global interface table

  private mutating func foldGlobals(_ event: Event) {
    switch event.kind {
    case .globalRegistered(let id, let packet):
      if globals[id] != nil || id.isNone {
        contradict(event, "cookie \(id) is given, but that number was given already")
      }
      if packets[packet] == nil {
        contradict(event, "cookie \(id) stands for packet \(packet), which was never made")
      }
      globals[id] = Global(
        id: id, packet: packet, apartment: threads[event.thread]?.current ?? .none)
    case .globalRevoked(let id):
      let before = globals.change(id) { global in
        defer { global.isRevoked = true }
        return global.isRevoked
      }
      if before != false { contradict(event, "cookie \(id) is revoked, but nobody has it") }
    default: break
    }
  }

  // MARK: Rooms that code visits

  private mutating func visit(_ id: ApartmentID, _ event: Event) {
    if apartments[id]?.isAlive != true {
      contradict(event, "thread \(event.thread) goes into apartment \(id), which does not live")
    }
    _ = threads.change(event.thread) { $0.visits.append(id) }
  }

  private mutating func leaveVisit(_ id: ApartmentID, _ event: Event) {
    let last = threads.change(event.thread) { $0.visits.popLast() }
    if last != .some(id) {
      contradict(event, "thread \(event.thread) comes out of apartment \(id); it was not in there")
    }
  }
}
