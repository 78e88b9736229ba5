import ThreadKernel
import Trace

/// Something that mail brought about and that runs objects' code, or waits: for a place where the
/// thread can do that.
enum Chore: Sendable {
  /// A late answer that nobody wants: what it holds goes back.
  case discard(Parcel)
  /// A process is gone: what it held goes back.
  case reclaim(ProcessID)
}

extension ComThread {
  /// Takes what came by mail: calls go to where they are served, answers to those who wait.
  ///
  /// - Returns: whether anything had come.
  @discardableResult
  func takeMail() -> Bool { takeEach(in: mailOrder) { kernel.takeMail() } }

  /// The same with mail of another thread that this one may take.
  func takeMail(standingInFor other: MailThread) {
    takeEach(in: other.order) { kernel.takeMail(standingInFor: other.thread) }
  }

  @discardableResult
  private func takeEach(in order: MailOrder, _ next: () -> Mail?) -> Bool {
    var hasCome = false
    while order.withLock({ next().map(take) }) != nil {
      hasCome = true
      // Not under the lock: there are scheduling points in it.
      while let call = unreachable.popLast() { call.fail(.RPC_E_DISCONNECTED) }
    }
    return hasCome
  }

  /// Takes what came by mail, and does what it brought about: in loops that serve calls.
  func lookAtMail() {
    takeMail()
    doChores()
  }

  /// Does what mail has brought about, where the thread has an apartment and time.
  func doChores() {
    if !chores.isEmpty { Kernel.endWaking() }
    while !chores.isEmpty {
      switch chores.removeFirst() {
      case .discard(let parcel): discard(parcel)
      case .reclaim(let client): reclaim(from: client)
      }
    }
  }

  private func reclaim(from client: ProcessID) {
    guard let me = KernelThread.current?.id else { return }
    process.loseAnswers(of: client, to: me)
    if process.isPostponed(client, for: me) { return }
    let mine = process.tables.withLock { tables in
      tables.remoting.announced.filter { $0.value == me }.keys.sorted()
        .compactMap { tables.apartments[$0] }
    }
    for apartment in mine {
      visiting(apartment) { process.reclaim(from: client, in: apartment) }
    }
  }

  private func take(_ mail: Mail) {
    let sender = mail.from.processID
    if process.isCut(sender) { return refuse(mail) }
    do throws(HResult) {
      try take(try Frame.read(mail.bytes), from: sender)
    } catch {
      process.cut(sender, error)
    }
  }

  /// - Throws: `RPC_E_INVALID_DATAPACKET` for what the sender cannot have to say.
  private func take(_ frame: Frame, from sender: ProcessID) throws(HResult) {
    switch frame {
    case .request(let request):
      guard request.caller.processID == sender, request.replyTo.processID == sender else {
        throw .RPC_E_INVALID_DATAPACKET
      }
      take(request, from: sender)
    case .reply(let id, let crossing):
      let pending = try process.awaited(id, from: sender)
      let parcel = process.arrive(crossing, from: sender)
      process.forgetOutgoing(id)
      guard pending?.call.hasCome(.parcel(parcel), by: KernelThread.current) != true else { return }
      chores.append(.discard(parcel))
    case .refused(let id, let reason): try hasCome(.refused(reason), to: id, from: sender)
    case .failed(let id, let code): try hasCome(.failure(code), to: id, from: sender)
    case .cancelled(let id, let isGivenUp):
      let key = RemotingTable.Incoming(client: sender, call: id)
      process.tables.withLock { $0.remoting.incoming[key] }?.call
        .cancellationHasCome(isGivenUp: isGivenUp)
    case .moved(let references): process.noteMoved(references)
    case .opened(let packet): process.noteOpened(packet, by: sender)
    case .watch, .gone: try take(notice: frame, from: sender)
    }
  }

  /// What the kernel and the process's own threads say.
  private func take(notice: Frame, from sender: ProcessID) throws(HResult) {
    guard sender.isNone || sender == process.id else { throw .RPC_E_INVALID_DATAPACKET }
    switch notice {
    case .watch(let client): process.watch(client)
    case .gone(let client, let isDue) where isDue || process.settings.reportsDeaths:
      chores.append(.reclaim(client))
    case .gone(let client, _): process.startRundown(of: client)
    default: break
    }
  }

  /// A call of this process's was not served: what its request holds is here again.
  private func hasCome(
    _ answer: Call.Answer, to id: CallID, from sender: ProcessID
  ) throws(HResult) {
    guard let pending = try process.awaited(id, from: sender) else { return }
    let parcel = process.arrive(pending.request, from: sender)
    process.forgetOutgoing(id)
    if !pending.call.hasCome(answer, by: KernelThread.current) { chores.append(.discard(parcel)) }
  }

  // MARK: Requests

  private func take(_ request: RequestFrame, from sender: ProcessID) {
    let caller = RemoteCaller(
      thread: request.caller, replyTo: request.replyTo, process: process)
    let call = Call(request, request: process.arrive(request.packet, from: sender), from: caller)
    let pending = RemotingTable.Pending(
      call: call, request: request.packet, replyTo: request.replyTo)
    let key = RemotingTable.Incoming(client: sender, call: call.identity.id)
    process.tables.withLock { $0.remoting.incoming[key] = pending }
    if !bring(call, to: process.apartment(request.target), as: request.message) {
      unreachable.append(call)
    }
  }

  /// - Returns: false where the apartment is not there any more.
  private func bring(_ call: Call, to apartment: Apartment?, as message: MessageID) -> Bool {
    guard let apartment else { return false }
    switch apartment.kind {
    case .singleThreaded:
      return entered === apartment
        && apartment.enqueue(Message(id: message, content: .call(call)))
    case .multithreaded: return apartment.dispatchToPool(call)
    case .neutral: return process.multithreaded?.dispatchToPool(call, into: apartment) ?? false
    }
  }

  // MARK: Broken connections

  /// Mail of a process that this one has nothing to do with any more: calls fail.
  private func refuse(_ mail: Mail) {
    guard case .request(let request) = try? Frame.read(mail.bytes),
      request.replyTo.processID == mail.from.processID
    else { return }
    let frame = Frame.failed(request.identity.id, .RPC_S_SERVER_UNAVAILABLE)
    _ = kernel.mail(frame.bytes, to: request.replyTo)
  }
}

extension ComProcess {
  /// A call of this process's of which something comes, unless nobody waits for it any more.
  ///
  /// - Throws: `RPC_E_INVALID_DATAPACKET` where another process answers than it was sent to.
  fileprivate func awaited(
    _ id: CallID, from sender: ProcessID
  ) throws(HResult) -> RemotingTable.Pending? {
    let pending = tables.withLock { $0.remoting.outgoing[id] }
    if let pending, pending.call.destination?.process != sender {
      throw .RPC_E_INVALID_DATAPACKET
    }
    return pending
  }

  func isCut(_ process: ProcessID) -> Bool {
    tables.withLock { $0.remoting.cut.contains(process) }
  }

  /// A process has sent what nobody of COM's sends: there is nothing more to do with it. Calls that
  /// are out fail, on both sides; what it holds here goes back.
  fileprivate func cut(_ other: ProcessID, _ code: HResult) {
    guard !other.isNone, other != id else { return }
    let kernel = kernel
    let (outgoing, incoming) = tables.withLock { tables in
      kernel.tell(.connectionCut(other, code))
      tables.remoting.cut.insert(other)
      return (
        tables.remoting.outgoing.values.filter { $0.call.destination?.process == other },
        tables.remoting.incoming.filter { $0.key.client == other }.map(\.value)
      )
    }
    for pending in outgoing.sorted(by: { $0.call.identity.id < $1.call.identity.id }) {
      forgetOutgoing(pending.call.identity.id)
      _ = pending.call.hasCome(.failure(code), by: KernelThread.current)
    }
    for pending in incoming.sorted(by: { $0.call.identity.id < $1.call.identity.id }) {
      pending.call.isCutOff()
    }
    tellMailThreads(.gone(other, isDue: true))
  }
}

extension Call {
  /// The connection to its caller is cut: it fails, also where it is being served.
  fileprivate func isCutOff() {
    if isDropped() {
      fail(.RPC_S_CALL_FAILED)
    } else {
      _ = answer(Response.failed(.RPC_S_CALL_FAILED))
    }
  }
}
