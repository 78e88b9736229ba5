/// The cases of each lint.
extension World {
  var deadlocks: [LintCase] {
    guard case .deadlock(let ring, let chain) = ending else { return [] }
    let links = chain.map { id in
      guard case .waiting(let wait) = threads[id]?.activity else { return label(thread: id) }
      return "\(label(thread: id)) \(label(wait: wait))"
    }
    let end = ring ? "and so round again." : "which nothing can end."
    return [(chain.map { .thread($0) }, links.joined(separator: ", ") + ", " + end)]
  }

  func misuse(_ misuse: Misused) -> LintCase {
    let verb =
      switch misuse.use {
      case .addRef: "adds a reference to"
      case .release: "releases"
      case .call: "calls"
      case .query: "queries"
      }
    let actor = label(thread: misuse.thread)
    let sentence = "\(actor) \(verb) \(label(object: misuse.object)), whose count was 0 before."
    return ([.object(misuse.object), .thread(misuse.thread)], sentence)
  }

  func trespass(_ trespass: Trespass) -> LintCase {
    let home = objects[trespass.object]?.apartment ?? .none
    let sentence =
      "\(label(thread: trespass.thread)) runs \(label(object: trespass.object))."
      + "\(self[trespass.method]) outside \(label(apartment: home))."
    return ([.object(trespass.object), .thread(trespass.thread)], sentence)
  }

  func wrongThread(_ refusal: Refusal) -> LintCase? {
    guard case .proxy(let proxy) = refusal.refuser, refusal.result == .RPC_E_WRONG_THREAD,
      !isRuin(object: proxy)
    else { return nil }
    let home = label(apartment: objects[proxy]?.apartment ?? .none)
    let sentence =
      "\(label(thread: refusal.thread)) used \(label(object: proxy)), which belongs to \(home)."
    return ([.object(proxy), .thread(refusal.thread)], sentence)
  }

  /// A queue that stands: its thread is blocked, or busy for long.
  func stillQueue(_ apartment: Apartment) -> LintCase? {
    guard apartment.kind == .singleThreaded, let message = apartment.queue.first,
      let thread = threads(in: apartment.id).first
    else { return nil }
    switch thread.standing {
    case .idle, .waits, .ended: return nil
    case .blocked: break
    // It was in its loop when the message came, and has not been picked since.
    case .ready where thread.since > message.since: return nil
    case .runs, .ready:
      guard position - min(position, message.since) > Lint.patience else { return nil }
    }
    let sentence =
      "\(apartment.queue.count) in the queue of \(label(apartment: apartment.id)) since event "
      + "\(message.since); \(label(thread: thread.id)) \(thread.standing.word) and takes none."
    return ([.apartment(apartment.id), .thread(thread.id)], sentence)
  }

  func dangling(_ field: Field) -> LintCase? {
    guard let object = objects[field.object], !object.isAlive, !isRuin(object: object.id) else {
      return nil
    }
    let sentence = "\(self[field.name]) points at \(label(object: object.id)), which is destroyed."
    return ([.field(field.name), .object(object.id)], sentence)
  }

  func cutOff(_ call: Call) -> LintCase? {
    guard call.state == .returned, call.result.tellsDisconnection,
      !isKilled(call.caller.processID)
    else { return nil }
    let sentence =
      "\(label(call: call.id)), \(self[call.method]), came back with \(call.result.name)."
    return ([.call(call.id), .object(call.proxy)], sentence)
  }

  func cutOff(_ refusal: Refusal) -> LintCase? {
    guard case .proxy(let proxy) = refusal.refuser, refusal.result.tellsDisconnection,
      !isRuin(object: proxy)
    else { return nil }
    let sentence =
      "\(label(object: proxy)) answered \(label(thread: refusal.thread)) with "
      + "\(refusal.result.name)."
    return ([.object(proxy), .thread(refusal.thread)], sentence)
  }

  func leftOver(_ packet: Packet) -> LintCase? {
    if isKilled(packet.maker.processID) || isRuin(publicHolder: .packet(packet.id)) { return nil }
    switch (packet.state, packet.kind) {
    case (.released, _), (.opened, .normal): return nil
    case (.sealed, _), (.opened, .tableStrong), (.opened, .tableWeak): break
    }
    let name = label(packet: packet.id)
    let sentence =
      packet.kind == .normal
      ? "\(name) was neither unmarshalled nor released."
      : "\(name) stood in a table and was not released."
    return ([.packet(packet.id), .object(packet.object)], sentence)
  }

  func endedInUse(_ apartment: Apartment) -> LintCase? {
    guard !apartment.isAlive, !isRuin(apartment: apartment.id) else { return nil }
    let stubs = stubsInOrder.filter {
      $0.apartment == apartment.id && $0.state == .connected && !isKeptByRuins($0)
    }
    let proxies = objectsInOrder.filter {
      $0.role == .proxy && $0.apartment == apartment.id && $0.isAlive && !$0.isDisconnected
    }
    let names = stubs.map { label(stub: $0.id) } + proxies.map { label(object: $0.id) }
    guard !names.isEmpty else { return nil }
    let objects: [Finding.Subject] =
      stubs.map { .object($0.object) } + proxies.map { .object($0.id) }
    let sentence =
      "\(label(apartment: apartment.id)) ended, and with it \(names.joined(separator: ", "))."
    return ([.apartment(apartment.id)] + objects, sentence)
  }

  func unbalanced(_ thread: Thread) -> LintCase? {
    guard thread.activity == .ended, thread.initializations > 0,
      !isKilled(thread.id.processID)
    else { return nil }
    let times = thread.initializations == 1 ? "once" : "\(thread.initializations) times"
    return (
      [.thread(thread.id)], "\(label(thread: thread.id)) ended, initialised \(times) still."
    )
  }

  func unloadedRun(_ run: UnloadedRun) -> LintCase {
    let sentence =
      "\(label(thread: run.thread)) ran \(self[run.method]) of \(label(module: run.module)), "
      + "which was not there any more."
    return ([.thread(run.thread)], sentence)
  }

  func leak(_ object: Object) -> LintCase? {
    guard object.isAlive, !isRuin(object: object.id) else { return nil }
    let references = holders(of: object.id)
    if !references.isEmpty, references.allSatisfy({ isRuin(holder: $0.holder) }) { return nil }
    let holders = references.map { label(holder: $0.holder) }
    // The global interface table is COM's own: it has no home, and nobody counts it.
    let isOwn = object.role == .component && object.apartment.isNone && holders.isEmpty
    if isOwn { return nil }
    let sentence =
      holders.isEmpty
      ? "\(label(object: object.id)) was never held and never destroyed."
      : "\(label(object: object.id)) is still held by \(holders.joined(separator: ", "))."
    return ([.object(object.id)], sentence)
  }
}

extension World {
  /// Whether whoever holds the reference does so for a killed process only.
  private func isRuin(holder: Holder) -> Bool {
    guard case .stub(let id) = holder, let stub = stubs[id] else { return false }
    return isKeptByRuins(stub)
  }
}

extension HResult {
  /// Whether it says that what was called is not there any more.
  fileprivate var tellsDisconnection: Bool {
    switch self {
    case .RPC_E_DISCONNECTED, .CO_E_OBJNOTCONNECTED, .RPC_E_SERVER_DIED, .RPC_E_SERVER_DIED_DNE:
      true
    default: false
    }
  }
}
