/// The other half of `EventKind+EncodingServers`.
extension LineFields {
  mutating func decodeServers(_ tag: EventTag) throws(LineFault) -> EventKind {
    switch tag {
    case .classKnown:
      .classKnown(
        try ident(.class), name: try name(.name), module: try name(.module),
        model: try name(.model))
    case .moduleLoaded: .moduleLoaded(try ident(.module), name: try name(.name))
    case .moduleCounts:
      .moduleCounts(
        try ident(.module), objects: try integer(.objects), locks: try integer(.locks))
    case .moduleCandidate: .moduleCandidate(try ident(.module), due: try integer(.due))
    case .moduleUnloaded: .moduleUnloaded(try ident(.module))
    case .unloadedCodeRun: .unloadedCodeRun(try ident(.module), try name(.name))
    case .classObjectRegistered:
      .classObjectRegistered(
        try ident(.registration), of: try ident(.class), object: try ident(.object),
        ClassContext(rawValue: try integer(.context)), try choice(.use))
    case .classObjectRevoked: .classObjectRevoked(try ident(.registration))
    case .activated: .activated(try ident(.class), as: try ident(.object), try result(.result))
    case .globalRegistered: .globalRegistered(try ident(.global), try ident(.packet))
    case .globalRevoked: .globalRevoked(try ident(.global))
    default: try decodeRooms(tag)
    }
  }

  private mutating func decodeRooms(_ tag: EventTag) throws(LineFault) -> EventKind {
    switch tag {
    case .contextEntered: .contextEntered(try ident(.apartment))
    case .contextLeft: .contextLeft(try ident(.apartment))
    case .messageFilterSet: .messageFilterSet(try ident(.apartment), try ident(.object))
    case .aggregated: .aggregated(try ident(.object), into: try ident(.to))
    case .objectAgile: .objectAgile(try ident(.object))
    case .objectOfModule: .objectOfModule(try ident(.object), try ident(.module))
    case .callRejected: .callRejected(try ident(.call), try choice(.how))
    case .callRetried: .callRetried(try ident(.call), at: try integer(.due))
    case .callCancelled: .callCancelled(try ident(.call))
    case .callAsynchronous: .callAsynchronous(try ident(.call))
    case .sectionBegan: .sectionBegan(try name(.name))
    case .sectionEnded: .sectionEnded(try name(.name))
    case .measured:
      .measured(
        try name(.name), picoseconds: try integer(.picoseconds), calls: try integer(.count),
        scmCalls: try integer(.scmCalls), machine: try name(.machine))
    // Every other tag was taken in the switches before this one.
    default: .foreign
    }
  }
}
