/// Apartments, objects, marshalling and calls as a recording writes them.
extension EventEncoder {
  mutating func encodeObjects(_ event: EventKind) {
    switch event {
    case .apartmentCreated(let id, let apartmentKind, let isMain, let startedBy):
      write(.apartmentCreated, (.apartment, id))
      field(.kind, apartmentKind)
      field(.main, isMain)
      field(.origin, startedBy)
    case .apartmentEntered(let id, let membership, let count):
      write(.apartmentEntered, (.apartment, id))
      field(.how, membership)
      field(.count, count)
    case .apartmentLeft(let id, let count):
      write(.apartmentLeft, (.apartment, id))
      field(.count, count)
    case .apartmentEnded(let id): write(.apartmentEnded, (.apartment, id))
    case .objectCreated(let id, let role, let name, let apartment):
      write(.objectCreated, (.object, id), name)
      field(.role, role)
      field(.apartment, apartment)
    case .referenceAdded(let reference, let object, let holder, let count):
      write(.referenceAdded, (.reference, reference), (.object, object))
      field(.holder, holder)
      field(.count, count)
    case .referenceMoved(let reference, let holder):
      write(.referenceMoved, (.reference, reference))
      field(.holder, holder)
    case .referenceReleased(let reference, let object, let count):
      write(.referenceReleased, (.reference, reference), (.object, object))
      field(.count, count)
    case .objectDestroyed(let id): write(.objectDestroyed, (.object, id))
    case .usedAfterRelease(let id, let holder, let use):
      write(.usedAfterRelease, (.object, id))
      field(.holder, holder)
      field(.use, use)
    default: encodeState(event)
    }
  }

  private mutating func encodeState(_ event: EventKind) {
    switch event {
    case .fieldSet(let name, let object):
      write(.fieldSet, name)
      field(.object, object)
    case .valueSet(let id, let name, let value):
      write(.valueSet, (.object, id), name)
      field(.value, value)
    case .cellRead(let name, let value):
      write(.cellRead, name)
      field(.value, value)
    case .cellWritten(let name, let value):
      write(.cellWritten, name)
      field(.value, value)
    case .methodEntered(let object, let name, let path):
      write(.methodEntered, (.object, object), name)
      field(.path, path)
    case .methodLeft(let object, let result):
      write(.methodLeft, (.object, object))
      field(.result, result)
    default: break
    }
  }

  mutating func encodeMarshalling(_ event: EventKind) {
    switch event {
    case .stubManagerCreated(let id, let object, let apartment):
      write(.stubManagerCreated, (.stub, id), (.object, object))
      field(.apartment, apartment)
    case .interfaceStubCreated(let id, let stub, let interface):
      write(.interfaceStubCreated, (.interfaceStub, id), (.stub, stub))
      field(.name, interface)
    case .stubCounts(let id, let strong, let weak, let locks):
      write(.stubCounts, (.stub, id))
      field(.strong, strong)
      field(.weak, weak)
      field(.locks, locks)
    case .stubManagerEnded(let id, let disconnected):
      write(.stubManagerEnded, (.stub, id))
      field(.disconnected, disconnected)
    case .publicReferences(let stub, let from, let to, let count):
      write(.publicReferences, (.interfaceStub, stub))
      field(.from, from)
      field(.to, to)
      field(.count, count)
    case .proxyConnected(let id, let stub, let apartment):
      write(.proxyConnected, (.object, id), (.stub, stub))
      field(.apartment, apartment)
    case .proxyInterface(let id, let stub):
      write(.proxyInterface, (.object, id), (.interfaceStub, stub))
    case .proxyDisconnected(let id): write(.proxyDisconnected, (.object, id))
    default: encodePackets(event)
    }
  }

  private mutating func encodePackets(_ event: EventKind) {
    switch event {
    case .packetMade(let id, let stub, let marshalKind, let blob):
      write(.packetMade, (.packet, id), (.interfaceStub, stub))
      field(.kind, marshalKind)
      field(.bytes, blob)
    case .customPacketMade(let id, let object, let marshaller, let marshalKind, let blob):
      write(.customPacketMade, (.packet, id), (.object, object))
      field(.name, marshaller)
      field(.kind, marshalKind)
      field(.bytes, blob)
    case .streamWritten(let stream, let packet, let offset, let count):
      write(.streamWritten, (.object, stream), (.packet, packet))
      field(.offset, offset)
      field(.count, count)
    case .streamRead(let stream, let packet, let offset, let count):
      write(.streamRead, (.object, stream), (.packet, packet))
      field(.offset, offset)
      field(.count, count)
    case .packetOpened(let id, let object):
      write(.packetOpened, (.packet, id), (.object, object))
    case .packetRefused(let id, let result):
      write(.packetRefused, (.packet, id))
      field(.result, result)
    case .packetReleased(let id): write(.packetReleased, (.packet, id))
    default: break
    }
  }

  mutating func encodeCalls(_ event: EventKind) {
    switch event {
    case .callPacked(
      let id, let causality, let parent, let proxy, let interfaceStub, let method, let arguments):
      write(.callPacked, (.call, id))
      field(.causality, causality)
      field(.parent, parent)
      field(.proxy, proxy)
      field(.interfaceStub, interfaceStub)
      field(.name, method)
      field(.bytes, arguments)
    case .callSent(let id, let target):
      write(.callSent, (.call, id), (.apartment, target))
    case .messagePosted(let apartment, let id, let messageKind, let call):
      write(.messagePosted, (.apartment, apartment), (.message, id))
      field(.kind, messageKind)
      field(.call, call)
    case .messageTaken(let apartment, let id):
      write(.messageTaken, (.apartment, apartment), (.message, id))
    case .callServed(let id): write(.callServed, (.call, id))
    case .callAnswered(let id, let result, let blob):
      write(.callAnswered, (.call, id))
      field(.result, result)
      field(.bytes, blob)
    case .callReturned(let id, let result):
      write(.callReturned, (.call, id))
      field(.result, result)
    default: break
    }
  }
}
