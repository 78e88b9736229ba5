/// What lies in a process that was killed.
extension World {
  /// Whether the process was killed.
  public func isKilled(_ process: ProcessID) -> Bool { processes[process]?.isKilled ?? false }

  /// Whether any process was killed.
  public var hasRuins: Bool { processes.values.contains { $0.isKilled } }

  public func isRuin(object id: ObjectID) -> Bool { isKilled(objects[id]?.process ?? .none) }

  public func isRuin(apartment id: ApartmentID) -> Bool {
    isKilled(apartments[id]?.process ?? .none)
  }

  /// Whether a holder of public references went down with its process, or is on its way there.
  public func isRuin(publicHolder: PublicHolder) -> Bool {
    guard hasRuins else { return false }
    return switch publicHolder {
    case .stub: false
    case .proxy(let proxy): isRuin(object: proxy)
    case .packet(let packet):
      processesInOrder.contains { $0.isKilled && isUnderWay(packet, to: $0.id) }
    }
  }

  /// Whether nothing keeps the stub but what went down with killed processes.
  public func isKeptByRuins(_ stub: StubManager) -> Bool {
    guard hasRuins, stub.locks == 0, stub.weak == 0 else { return false }
    let shares = stub.interfaces.flatMap { interfaceStubs[$0]?.publicReferences ?? [] }
    return !shares.isEmpty && shares.allSatisfy { isRuin(publicHolder: $0.holder) }
  }

  /// Whether a packet that nobody has used is with the process: on its way there in a call, or made
  /// there of a proxy and not sent on.
  func isUnderWay(_ id: PacketID, to process: ProcessID) -> Bool {
    guard let packet = packets[id], packet.state == .sealed, let bytes = blobs[packet.bytes],
      !bytes.isEmpty
    else { return false }
    // Packets of one stub can have the same bytes; what was packed before has an older one.
    func isAmong(_ packed: Blob) -> Bool {
      packed > packet.bytes && blobs[packed]?.contains(bytes) == true
    }
    let isMadeThere =
      packet.maker.processID == process && isFar(packet.interfaceStub, from: packet.maker)
    var isSentOn = false
    for call in calls.values {
      let isCalled = apartments[call.target]?.process == process
      let isCaller = call.caller.processID == process
      let isAsked = isAmong(call.arguments)
      let isAnswered = isAmong(call.answer)
      if (isCalled && isAsked) || (isCaller && isAnswered) { return true }
      if (isCaller && isAsked && hasArrived(call)) || (isCalled && isAnswered) { isSentOn = true }
    }
    return isMadeThere && !isSentOn
  }

  /// Whether a call is known to have left its caller.
  private func hasArrived(_ call: Call) -> Bool {
    !call.server.isNone
      || apartments[call.target]?.queue.contains { $0.call == call.id } == true
  }
}
