import ThreadKernel
import Trace

/// A thread of another process that made a call to this one.
struct RemoteCaller: Sendable {
  let thread: ThreadID
  /// The thread that gets the answer.
  let replyTo: ThreadID
  unowned let process: ComProcess

  /// Sends what came of a call.
  ///
  /// - Returns: false where nobody takes it: then what the answer holds is this process's again.
  func send(_ answer: Call.Answer, of call: Call) -> Bool {
    let id = call.identity.id
    let key = RemotingTable.Incoming(client: thread.processID, call: id)
    let pending = process.tables.withLock { $0.remoting.incoming.removeValue(forKey: key) }
    guard let pending else { return false }
    switch answer {
    case .none, .cancelled: return true
    case .parcel(let parcel):
      let crossing = process.crossing(of: parcel)
      return send(.reply(id, crossing), with: crossing)
    // What the request holds goes back with it.
    case .failure(let code): return giveBack(.failed(id, code), with: pending)
    case .refused(let reason): return giveBack(.refused(id, reason), with: pending)
    }
  }

  private func giveBack(_ frame: Frame, with pending: RemotingTable.Pending) -> Bool {
    if send(frame, with: pending.request) { return true }
    ComThread.ofCaller?.chores.append(.discard(pending.call.request))
    return false
  }

  private func send(_ frame: Frame, with crossing: Crossing) -> Bool {
    process.send(frame, with: crossing, to: replyTo) == .delivered
  }
}

extension ComProcess {
  /// Sends a frame, and what crosses with it.
  func send(_ frame: Frame, with crossing: Crossing, to thread: ThreadID) -> MailOutcome {
    let departures = departures(of: crossing, to: thread.processID)
    leave(departures)
    // Where nothing crosses with it, nothing would have to come back.
    let outcome = kernel.mail(frame.bytes, to: thread, isAwaited: !departures.isEmpty)
    if outcome != .delivered { comeBack(departures) }
    return outcome
  }

  fileprivate func expect(_ call: Call, _ frame: RequestFrame) {
    let pending = RemotingTable.Pending(
      call: call, request: frame.packet, replyTo: frame.replyTo)
    tables.withLock { $0.remoting.outgoing[call.identity.id] = pending }
  }

  /// Nothing more comes of a call to another process.
  @discardableResult
  func forgetOutgoing(_ id: CallID) -> RemotingTable.Pending? {
    let (pending, gone) = tables.withLock { tables -> (RemotingTable.Pending?, ProcessID?) in
      let pending = tables.remoting.outgoing.removeValue(forKey: id)
      guard let process = pending?.call.destination?.process,
        tables.remoting.postponed.contains(process),
        !tables.remoting.awaitsAnswer(of: process)
      else { return (pending, nil) }
      tables.remoting.postponed.remove(process)
      return (pending, process)
    }
    if let gone { tellMailThreads(.gone(gone, isDue: true)) }
    return pending
  }
}

extension Outgoing {
  /// Sends the packet to an apartment of another process.
  ///
  /// - Throws: `RPC_S_SERVER_UNAVAILABLE` where that process is gone, `RPC_S_CALL_FAILED_DNE` where
  ///   it went as the call was sent, `RPC_E_DISCONNECTED` where the apartment has ended,
  ///   `RPC_E_CLIENT_CANTMARSHAL_DATA` where the packet is too long.
  func deliver(_ call: Call, to target: Whereabouts) throws(HResult) {
    let process = thread.process
    guard process.canReach(target.process) else { throw .RPC_S_SERVER_UNAVAILABLE }
    let frame = RequestFrame(
      identity: identity, target: target.apartment,
      message: target.kind == .singleThreaded ? kernel.numbers.message() : .none,
      caller: call.callerID, replyTo: try thread.replyAddress(of: call),
      callerPumps: call.callerPumps, isAsynchronous: call.isAsynchronous,
      isToComponent: call.isToComponent, packet: process.crossing(of: call.request))
    guard frame.size <= Kernel.mailLimit else { throw .RPC_E_CLIENT_CANTMARSHAL_DATA }
    let departures = process.departures(of: frame.packet, to: target.process)
    kernel.point(.callSent)
    guard process.canReach(target.process) else { throw .RPC_S_SERVER_UNAVAILABLE }
    kernel.tell(.callSent(identity.id, to: target.apartment))
    kernel.point(.messagePosted)
    guard process.canReach(target.process) else { throw .RPC_S_CALL_FAILED_DNE }
    try post(frame, departures, of: call, to: target)
  }

  /// From here to the mail there is no scheduling point: the message is in the queue as it is told.
  private func post(
    _ frame: RequestFrame, _ departures: [Departure], of call: Call, to target: Whereabouts
  ) throws(HResult) {
    let process = thread.process
    process.expect(call, frame)
    process.leave(departures)
    if !frame.message.isNone {
      kernel.tell(.messagePosted(target.apartment, frame.message, .call, identity.id))
    }
    beginWaking(for: call)
    let outcome = kernel.mail(Frame.request(frame).bytes, to: target.mailThread)
    guard outcome != .delivered else { return }
    Kernel.endWaking()
    process.forgetOutgoing(identity.id)
    process.comeBack(departures)
    switch outcome {
    case .dead: throw .RPC_S_CALL_FAILED_DNE
    case .tooLarge: throw .RPC_E_CLIENT_CANTMARSHAL_DATA
    case .closed, .delivered: throw .RPC_E_DISCONNECTED
    }
  }
}

extension ComThread {
  /// Who gets the answer to a call of this thread's: nobody of the MTA need come back to this thread
  /// for one that is not waited for.
  fileprivate func replyAddress(of call: Call) throws(HResult) -> ThreadID {
    guard call.isAsynchronous, let apartment = own, apartment.kind == .multithreaded else {
      return call.callerID
    }
    return try process.mailThread(of: apartment.id)
  }

  /// What is done with the response to a call of another process before it is told and sent: what
  /// the object did not take of the request goes back, and what is too long to be sent too.
  func prepare(_ parcel: Parcel, _ result: HResult, for call: Call) -> (Parcel, HResult) {
    discard(call.request)
    guard process.crossing(of: parcel).size > Kernel.mailLimit - Frame.headSize else {
      return (parcel, result)
    }
    discard(parcel)
    let code = HResult.RPC_E_SERVER_CANTMARSHAL_DATA
    return (Response.failed(code), code)
  }

  /// The caller has gone on before the call was served.
  func discardWhatCame(with call: Call) {
    if call.client != nil { discard(call.request) }
  }
}

extension Call {
  /// Whether it went to a process that is gone and has not answered: then it has failed.
  func isLost(on thread: ComThread) -> Bool {
    guard hasNoServer else { return false }
    // What was sent before the end still counts.
    thread.takeMail()
    if !isAnswered {
      thread.process.forgetOutgoing(identity.id)
      _ = hasCome(.failure(.RPC_S_CALL_FAILED), by: KernelThread.current)
    }
    return true
  }

  /// Whether it goes to a process that is gone.
  var hasNoServer: Bool {
    guard let destination else { return false }
    return !kernel.isAlive(destination.process)
  }

  /// Lets the server know that the call is to end, where it is in another process.
  func sendCancellation(isGivenUp: Bool) {
    guard let destination, let thread = ComThread.ofCaller else { return }
    if isGivenUp { thread.process.forgetOutgoing(identity.id) }
    let frame = Frame.cancelled(identity.id, isGivenUp: isGivenUp)
    _ = kernel.mail(frame.bytes, to: destination.mailThread)
  }
}
