/// Classes, modules, message filters and what is measured, as a recording writes them.
extension EventEncoder {
  mutating func encodeServers(_ event: EventKind) {
    switch event {
    case .classKnown(let id, let name, let module, let model):
      write(.classKnown, (.class, id), name)
      field(.module, module)
      field(.model, model)
    case .moduleLoaded(let id, let name): write(.moduleLoaded, (.module, id), name)
    case .moduleCounts(let id, let objects, let locks):
      write(.moduleCounts, (.module, id))
      field(.objects, objects)
      field(.locks, locks)
    case .moduleCandidate(let id, let due):
      write(.moduleCandidate, (.module, id))
      field(.due, due)
    case .moduleUnloaded(let id): write(.moduleUnloaded, (.module, id))
    case .unloadedCodeRun(let id, let name): write(.unloadedCodeRun, (.module, id), name)
    case .classObjectRegistered(let id, let ofClass, let object, let context, let use):
      write(.classObjectRegistered, (.registration, id), (.class, ofClass))
      field(.object, object)
      field(.context, UInt32(context.rawValue))
      field(.use, use)
    case .classObjectRevoked(let id): write(.classObjectRevoked, (.registration, id))
    case .activated(let id, let object, let result):
      write(.activated, (.class, id), (.object, object))
      field(.result, result)
    case .globalRegistered(let id, let packet):
      write(.globalRegistered, (.global, id), (.packet, packet))
    case .globalRevoked(let id): write(.globalRevoked, (.global, id))
    default: encodeRooms(event)
    }
  }

  private mutating func encodeRooms(_ event: EventKind) {
    switch event {
    case .contextEntered(let id): write(.contextEntered, (.apartment, id))
    case .contextLeft(let id): write(.contextLeft, (.apartment, id))
    case .messageFilterSet(let id, let object):
      write(.messageFilterSet, (.apartment, id), (.object, object))
    case .aggregated(let inner, let outer):
      write(.aggregated, (.object, inner))
      field(.to, outer)
    case .objectAgile(let object): write(.objectAgile, (.object, object))
    case .objectOfModule(let object, let module):
      write(.objectOfModule, (.object, object), (.module, module))
    case .callRejected(let id, let answer):
      write(.callRejected, (.call, id))
      field(.how, answer)
    case .callRetried(let id, let moment):
      write(.callRetried, (.call, id))
      field(.due, moment)
    case .callCancelled(let id): write(.callCancelled, (.call, id))
    case .callAsynchronous(let id): write(.callAsynchronous, (.call, id))
    case .sectionBegan(let name): write(.sectionBegan, name)
    case .sectionEnded(let name): write(.sectionEnded, name)
    case .measured(let name, let picoseconds, let calls, let scmCalls, let machine):
      write(.measured, name)
      field(.picoseconds, picoseconds)
      field(.count, calls)
      field(.scmCalls, scmCalls)
      field(.machine, machine)
    default: break
    }
  }
}
