import HashTreeCollections

/// Stub managers, interface stubs and the public references to them.
extension World {
  mutating func foldStubs(_ event: Event) {
    switch event.kind {
    case .stubManagerCreated(let id, let object, let apartment):
      if stubs[id] != nil || id.isNone {
        contradict(event, "stub \(id) is made, but that number was given already")
      }
      if objects[object]?.isAlive != true {
        contradict(event, "stub \(id) is made for object \(object), which does not live")
      }
      if apartments[apartment]?.isAlive != true {
        contradict(event, "stub \(id) is made in apartment \(apartment), which does not live")
      }
      stubs[id] = StubManager(id: id, object: object, apartment: apartment)
    case .interfaceStubCreated(let id, let stub, let interface):
      createInterfaceStub(id, of: stub, interface: interface, event)
    case .stubCounts(let id, let strong, let weak, let locks):
      let found: Void? = stubs.change(id) { stub in
        stub.strong = strong
        stub.weak = weak
        stub.locks = locks
      }
      if found == nil { contradict(event, "stub \(id) has counts, but was never made") }
    case .stubManagerEnded(let id, let disconnected):
      let before = stubs.change(id) { stub in
        let before = stub.state
        stub.state = disconnected ? .disconnected : .ended
        return before
      }
      if before == nil || before == .ended {
        contradict(event, "stub \(id) ends, but there is no such stub")
      }
      forgetRuins(at: id)
    case .publicReferences(let stub, let from, let to, let count):
      moveShare(of: stub, from: from, to: to, count: count, event)
    default: break
    }
  }

  private mutating func createInterfaceStub(
    _ id: InterfaceStubID, of stub: StubID, interface: Name, _ event: Event
  ) {
    if interfaceStubs[id] != nil || id.isNone {
      contradict(event, "interface stub \(id) is made, but that number was given already")
    }
    interfaceStubs[id] = InterfaceStub(id: id, stub: stub, interface: interface)
    let state = stubs.change(stub) { stub in
      stub.interfaces.append(id)
      return stub.state
    }
    if state != .connected {
      contradict(event, "interface stub \(id) is made for stub \(stub), which is not connected")
    }
  }

  private mutating func moveShare(
    of id: InterfaceStubID, from: PublicHolder, to: PublicHolder, count: UInt32, _ event: Event
  ) {
    let missing: UInt32? = interfaceStubs.change(id) { stub in
      let missing = from == .stub ? 0 : stub.take(count, from: from)
      if to != .stub { stub.give(count, to: to) }
      return missing
    }
    switch missing {
    case nil: contradict(event, "interface stub \(id) gives references, but was never made")
    case 0: break
    // Between processes nobody can check that a packet was not used before.
    case .some where isFar(id, from: event.thread): break
    case .some(let missing):
      contradict(event, "\(count) public references move; their holder has \(missing) too few")
    }
  }
}

extension World.InterfaceStub {
  /// Takes public references from a holder; gives back how many it did not have.
  @discardableResult
  mutating func take(_ count: UInt32, from holder: PublicHolder) -> UInt32 {
    guard let index = publicReferences.firstIndex(where: { $0.holder == holder }) else {
      return count
    }
    let has = publicReferences[index].count
    if has <= count {
      publicReferences.remove(at: index)
      return count - has
    }
    publicReferences[index].count = has - count
    return 0
  }

  fileprivate mutating func give(_ count: UInt32, to holder: PublicHolder) {
    guard count > 0 else { return }
    if let index = publicReferences.firstIndex(where: { $0.holder == holder }) {
      publicReferences[index].count &+= count
    } else {
      publicReferences.append(World.PublicShare(holder: holder, count: count))
    }
  }
}
