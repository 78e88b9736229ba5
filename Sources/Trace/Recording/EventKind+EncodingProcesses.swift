/// Server processes, the SCM and what crosses between processes, as a recording writes them.
extension EventEncoder {
  mutating func encodeProcesses(_ event: EventKind) {
    switch event {
    case .localServerKnown(let id, let program):
      write(.localServerKnown, (.class, id), program)
    case .scmRequested(let id, let kind, let ofClass, let registration):
      write(.scmRequested, (.request, id))
      field(.how, kind)
      field(.class, ofClass)
      field(.registration, registration)
    case .scmAnswered(let id, let process, let result):
      write(.scmAnswered, (.request, id), (.process, process))
      field(.result, result)
    case .serverLaunched(let process, let request):
      write(.serverLaunched, (.process, process), (.request, request))
    case .scmEntry(let id, let state):
      write(.scmEntry, (.registration, id))
      field(.how, state)
    case .classObjectSuspended(let id): write(.classObjectSuspended, (.registration, id))
    case .classObjectResumed(let id): write(.classObjectResumed, (.registration, id))
    case .serverCount(let count, let change, let name):
      write(.serverCount, name)
      field(.count, count)
      field(.how, change)
    case .implicitLock(let object, let isLocked):
      write(.implicitLock, (.object, object))
      field(.locked, isLocked)
    case .oxidResolved(let id): write(.oxidResolved, (.apartment, id))
    case .connectionCut(let process, let result):
      write(.connectionCut, (.process, process))
      field(.result, result)
    case .pingMissed(let process, let count):
      write(.pingMissed, (.process, process))
      field(.count, count)
    case .referencesReclaimed(let stub, let process, let count):
      write(.referencesReclaimed, (.interfaceStub, stub), (.process, process))
      field(.count, count)
    default: break
    }
  }
}
