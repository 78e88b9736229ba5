import HashTreeCollections

/// Packets, the streams that carry them, and the proxies that they become.
extension World {
  mutating func foldPackets(_ event: Event) {
    switch event.kind {
    case .packetMade(let id, let stub, let kind, let blob):
      let object = interfaceStubs[stub].flatMap { stubs[$0.stub]?.object }
      if object == nil {
        contradict(event, "packet \(id) is made of interface stub \(stub), which was never made")
      }
      make(
        Packet(
          id: id, interfaceStub: stub, kind: kind, bytes: blob, object: object ?? .none,
          maker: event.thread, madeAt: event.n), event)
    case .customPacketMade(let id, let object, let marshaller, let kind, let blob):
      if objects[object] == nil {
        contradict(event, "packet \(id) is made of object \(object), which was never made")
      }
      make(
        Packet(
          id: id, interfaceStub: .none, kind: kind, bytes: blob, marshaller: marshaller,
          object: object, maker: event.thread, madeAt: event.n), event)
    case .streamWritten(let stream, let packet, let offset, let count):
      let piece = StreamPiece(packet: packet, offset: offset, count: count)
      let found: Void? = objects.change(stream) { $0.contents.append(piece) }
      checkStream(isKnown: found != nil, stream, packet, event)
    case .streamRead(let stream, let packet, _, _):
      checkStream(isKnown: objects[stream] != nil, stream, packet, event)
    case .packetOpened(let id, let object): open(id, as: object, event)
    case .packetRefused(let id, let result):
      if packets[id] == nil { contradict(event, "packet \(id) is refused, but was never made") }
      refusals.append(Refusal(refuser: .com, result: result, thread: event.thread, at: event.n))
    case .packetReleased(let id):
      let before = packets.change(id) { packet in
        let before = packet.marshaller.isNone ? packet.state : .sealed
        packet.state = .released
        return before
      }
      if before == nil || before == .released {
        contradict(event, "packet \(id) is released, but there is no such packet")
      }
    default: foldProxies(event)
    }
  }

  private mutating func make(_ packet: Packet, _ event: Event) {
    if packets[packet.id] != nil || packet.id.isNone {
      contradict(event, "packet \(packet.id) is made, but that number was given already")
    }
    if blobs[packet.bytes] == nil {
      contradict(event, "packet \(packet.id) is bytes \(packet.bytes), which were never told")
    }
    packets[packet.id] = packet
  }

  private mutating func checkStream(
    isKnown: Bool, _ stream: ObjectID, _ packet: PacketID, _ event: Event
  ) {
    if !isKnown { contradict(event, "stream \(stream) is used, but was never made") }
    if !packet.isNone && packets[packet] == nil {
      contradict(event, "a stream carries packet \(packet), which was never made")
    }
  }

  private mutating func open(_ id: PacketID, as object: ObjectID, _ event: Event) {
    let before = packets.change(id) { packet in
      let before = (packet.state, packet.kind, isCustom: !packet.marshaller.isNone)
      packet.state = .opened(as: object)
      packet.opener = event.thread
      packet.openedAt = event.n
      packet.openings &+= 1
      return before
    }
    if objects[object] == nil {
      contradict(event, "packet \(id) is opened as object \(object), which was never made")
    }
    switch before {
    case nil: contradict(event, "packet \(id) is opened, but was never made")
    // Whoever made it himself may open it as he likes (FTM-05).
    case (_, _, isCustom: true)?: break
    case _ where isFar(packets[id]?.interfaceStub ?? .none, from: event.thread): break
    case (.released, _, _)?: contradict(event, "packet \(id) is opened, but it was released")
    case (.opened, .normal, _)?:
      contradict(event, "packet \(id) is opened twice; a normal packet opens once")
    case (.opened, _, _)?, (.sealed, _, _)?: break
    }
  }

  private mutating func foldProxies(_ event: Event) {
    switch event.kind {
    case .proxyConnected(let id, let stub, let apartment):
      if stubs[stub] == nil {
        contradict(event, "proxy \(id) is connected to stub \(stub), which was never made")
      }
      changeProxy(id, event) { proxy in
        proxy.stub = stub
        proxy.apartment = apartment
        proxy.isDisconnected = false
      }
    case .proxyInterface(let id, let interface):
      if interfaceStubs[interface] == nil {
        contradict(event, "proxy \(id) has interface stub \(interface), which was never made")
      }
      changeProxy(id, event) { proxy in
        if !proxy.interfaces.contains(interface) { proxy.interfaces.append(interface) }
      }
    case .proxyDisconnected(let id): changeProxy(id, event) { $0.isDisconnected = true }
    default: break
    }
  }

  private mutating func changeProxy(
    _ id: ObjectID, _ event: Event, _ body: (inout Object) -> Void
  ) {
    let role = objects.change(id) { object in
      body(&object)
      return object.role
    }
    if role != .proxy { contradict(event, "object \(id) is no proxy that was made") }
  }
}
