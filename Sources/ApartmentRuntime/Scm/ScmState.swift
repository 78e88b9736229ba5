import Trace

/// What the service control manager (SCM) knows, and what it decides: a pure state machine. Each
/// operation answers and says what has to be told and done, in that order.
struct ScmState: Hashable, Sendable {
  /// A class object in the class table.
  struct Entry: Hashable, Sendable {
    let offer: OfferedClass
    var isOpen: Bool
    /// How often it was opened or suspended.
    var version: UInt32 = 0

    var process: ProcessID { offer.process }
  }

  /// A server that was started for a class and has not registered it.
  struct Start: Hashable, Sendable {
    /// The request that it is started for.
    let request: RequestID
    let clsid: GUID
    let commandLine: String
    /// None until the process is there.
    var process = ProcessID.none
    /// Somebody has waited too long for it: nobody else begins to.
    var isGivenUp = false
  }

  /// A client that waits for a class, or has not yet fetched what became of that.
  struct Request: Hashable, Sendable {
    enum Outcome: Hashable, Sendable {
      case waits(for: RequestID)
      case answered(ScmAnswer)
    }

    let id: RequestID
    let clsid: GUID
    let commandLine: String
    let client: ThreadID
    var outcome: Outcome
  }

  /// A process that has registered something. Its class objects are opened and suspended together.
  struct Server: Hashable, Sendable {
    let process: ProcessID
    /// The last change that the SCM was told of, and whether that suspended.
    var change: UInt32 = 0
    var isSuspended = false
    /// The classes that it has registered, if only for a moment.
    var classes: [GUID] = []
    /// Class objects that do not come again: of single use and used up, or revoked.
    var spent: [RegistrationID] = []
  }

  /// Where a class's local server is, as the registry has it.
  enum Program: Hashable, Sendable {
    /// There is no `LocalServer32`.
    case none
    /// The client is not permitted to start it.
    case forbidden
    case missing
    /// It is started by that command line.
    case there(String)
  }

  /// What follows from an operation.
  enum Effect: Hashable, Sendable {
    case entry(RegistrationID, ScmEntryState)
    case answered(RequestID, ThreadID, ProcessID, HResult)
    case launched(ProcessID, RequestID)
    /// A process is to be started; `launched(_:for:)` says what came of it.
    case launch(GUID, RequestID)
    case wake(ThreadID)
  }

  var entries: [Entry] = []
  var starts: [Start] = []
  var requests: [Request] = []
  var servers: [Server] = []
  /// Servers that have registered and are gone, as long as there is a start whose process is not known:
  /// in a free run a server can be faster than the one who starts it.
  var departed: [ProcessID] = []

  /// The processes that have anything here: to be looked at whether they still live.
  var processes: [ProcessID] {
    var all = Set(entries.map(\.process))
    all.formUnion(starts.map(\.process))
    all.formUnion(requests.map(\.client.processID))
    all.formUnion(servers.map(\.process))
    all.remove(.none)
    return all.sorted()
  }

  // MARK: Clients

  /// A client's COM wants an object of a class.
  ///
  /// - Parameters:
  ///   - refusal: the class object that it was sent to before, and that did not serve.
  ///   - program: what the registry has for the class.
  mutating func activate(
    _ id: RequestID, _ clsid: GUID, by client: ThreadID, refusedBy refusal: RefusingClass?,
    program: Program, _ effects: inout [Effect]
  ) -> ScmAnswer {
    if let refusal { close(refusal, &effects) }
    if let serving = take(clsid, &effects) {
      effects.append(.answered(id, client, serving.offer.process, .S_OK))
      return .server(serving)
    }
    let code: HResult
    switch program {
    case .there(let commandLine):
      let request = Request(
        id: id, clsid: clsid, commandLine: commandLine, client: client,
        outcome: .waits(for: start(for: id, clsid, commandLine, &effects)))
      requests.append(request)
      return collect(id, by: client)
    case .none: code = .REGDB_E_CLASSNOTREG
    case .forbidden: code = .E_ACCESSDENIED
    case .missing: code = .CO_E_SERVER_EXEC_FAILURE
    }
    effects.append(.answered(id, client, .none, code))
    return .failed(code)
  }

  /// What a request waits for: a server that is being started for the class, or one of the same
  /// program that may yet register it; else a new one. No class has two because of two requests.
  private mutating func start(
    for id: RequestID, _ clsid: GUID, _ commandLine: String, _ effects: inout [Effect]
  ) -> RequestID {
    let known = starts.first { start in
      guard !start.isGivenUp else { return false }
      return start.clsid == clsid
        || (start.commandLine == commandLine && server(start.process) == nil)
    }
    if let known { return known.request }
    starts.append(Start(request: id, clsid: clsid, commandLine: commandLine))
    effects.append(.launch(clsid, id))
    return id
  }

  /// An open class object for one more client. One of single use is used up by that.
  mutating func take(_ clsid: GUID, _ effects: inout [Effect]) -> ServingClass? {
    guard let index = entries.firstIndex(where: { $0.offer.clsid == clsid && $0.isOpen }) else {
      return nil
    }
    let entry = entries[index]
    if entry.offer.use == .singleUse {
      entries.remove(at: index)
      servers[ensureServer(entry.process)].spent.append(entry.offer.registration)
      effects.append(.entry(entry.offer.registration, .removed))
    }
    return ServingClass(offer: entry.offer, version: entry.version)
  }

  /// A class object did not serve a client that was sent to it: it gets no more, unless it was opened
  /// anew since.
  private mutating func close(_ refusal: RefusingClass, _ effects: inout [Effect]) {
    let index = entries.firstIndex {
      $0.offer.registration == refusal.registration && $0.version == refusal.version
    }
    if let index { set(index, open: false, &effects) }
  }

  mutating func set(_ index: Int, open: Bool, _ effects: inout [Effect]) {
    guard entries[index].isOpen != open else { return }
    entries[index].isOpen = open
    entries[index].version += 1
    effects.append(.entry(entries[index].offer.registration, open ? .open : .suspended))
  }

  /// What became of a request that had to wait. Once it is answered it is forgotten.
  mutating func collect(_ id: RequestID, by client: ThreadID) -> ScmAnswer {
    guard let index = requests.firstIndex(where: { $0.id == id && $0.client == client }) else {
      return .failed(.E_INVALIDARG)
    }
    switch requests[index].outcome {
    case .waits(let start):
      return .wait(starts.first { $0.request == start }?.process ?? .none)
    case .answered(let answer):
      requests.remove(at: index)
      return answer
    }
  }

  /// A client has waited too long, unless its answer came at the last moment.
  mutating func giveUp(
    _ id: RequestID, by client: ThreadID, _ effects: inout [Effect]
  ) -> ScmAnswer {
    let answer = collect(id, by: client)
    guard case .wait = answer else { return answer }
    let request = requests.first { $0.id == id }
    requests.removeAll { $0.id == id }
    for index in starts.indices where .waits(for: starts[index].request) == request?.outcome {
      starts[index].isGivenUp = true
    }
    effects.append(.answered(id, client, .none, .CO_E_SERVER_EXEC_FAILURE))
    return .failed(.CO_E_SERVER_EXEC_FAILURE)
  }

  // MARK: Starting servers

  /// Who waits for a server that serves others gets another one: it is used up, or it was started for
  /// another class and has begun to register without this one. He is woken, to wait for that one.
  mutating func startForTheRest(_ effects: inout [Effect]) {
    for index in requests.indices {
      guard case .waits(let former) = requests[index].outcome else { continue }
      let (id, clsid) = (requests[index].id, requests[index].clsid)
      if let start = starts.first(where: { $0.request == former }),
        start.clsid == clsid || server(start.process) == nil
      {
        continue
      }
      requests[index].outcome = .waits(
        for: start(for: id, clsid, requests[index].commandLine, &effects))
      effects.append(.wake(requests[index].client))
    }
  }

  /// What came of starting a server: nil where there is no room for a process. Who waits for it is
  /// woken, to wait for that process; the one who had it started learns of it with his answer.
  mutating func launched(
    _ process: ProcessID?, for id: RequestID, _ effects: inout [Effect]
  ) {
    guard let process else { return fail(id, &effects) }
    effects.append(.launched(process, id))
    if departed.contains(process) {
      starts.removeAll { $0.request == id }
    } else if let index = starts.firstIndex(where: { $0.request == id }) {
      starts[index].process = process
    }
    if !hasUnknownStarts { departed = [] }
    serveWaiting(&effects)
    for request in requests where request.outcome == .waits(for: id) && request.id != id {
      effects.append(.wake(request.client))
    }
  }

  /// Whether it is not known of some start which process it led to.
  var hasUnknownStarts: Bool { starts.contains { $0.process.isNone } }

  /// Nobody will register for those who wait for that start.
  mutating func fail(_ start: RequestID, _ effects: inout [Effect]) {
    starts.removeAll { $0.request == start }
    for index in requests.indices where requests[index].outcome == .waits(for: start) {
      answer(index, .failed(.CO_E_SERVER_EXEC_FAILURE), &effects)
    }
  }

  mutating func answer(
    _ index: Int, _ answer: ScmAnswer, _ effects: inout [Effect]
  ) {
    let request = requests[index]
    requests[index].outcome = .answered(answer)
    let (process, code): (ProcessID, HResult) =
      switch answer {
      case .server(let serving): (serving.offer.process, .S_OK)
      case .failed(let code): (.none, code)
      case .done, .wait, .number: (.none, .S_OK)
      }
    effects.append(.answered(request.id, request.client, process, code))
    effects.append(.wake(request.client))
  }
}
