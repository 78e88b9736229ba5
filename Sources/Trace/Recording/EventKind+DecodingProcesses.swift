/// The other half of `EventKind+EncodingProcesses`.
extension LineFields {
  mutating func decodeProcesses(_ tag: EventTag) throws(LineFault) -> EventKind {
    switch tag {
    case .localServerKnown: .localServerKnown(try ident(.class), try name(.name))
    case .scmRequested:
      .scmRequested(
        try ident(.request), try choice(.how), try ident(.class), try ident(.registration))
    case .scmAnswered:
      .scmAnswered(try ident(.request), try ident(.process), try result(.result))
    case .serverLaunched: .serverLaunched(try ident(.process), for: try ident(.request))
    case .scmEntry: .scmEntry(try ident(.registration), try choice(.how))
    case .classObjectSuspended: .classObjectSuspended(try ident(.registration))
    case .classObjectResumed: .classObjectResumed(try ident(.registration))
    case .serverCount: try decodeServerCount()
    case .implicitLock: .implicitLock(try ident(.object), isLocked: try boolean(.locked))
    case .oxidResolved: .oxidResolved(try ident(.apartment))
    case .connectionCut: .connectionCut(try ident(.process), try result(.result))
    case .pingMissed: .pingMissed(try ident(.process), count: try integer(.count))
    case .referencesReclaimed:
      .referencesReclaimed(
        try ident(.interfaceStub), of: try ident(.process), count: try integer(.count))
    // Every other tag was taken in the switches before this one.
    default: .foreign
    }
  }

  private mutating func decodeServerCount() throws(LineFault) -> EventKind {
    let name = try name(.name)
    return .serverCount(try integer(.count), try choice(.how), name)
  }
}
