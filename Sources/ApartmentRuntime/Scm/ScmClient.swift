import ThreadKernel
import Trace

/// A process's side of the SCM: what its COM asks goes over as bytes, and each request is a
/// scheduling point before, and told. The number of those is what starting a server costs (O23).
struct ScmClient {
  let process: ComProcess

  /// How long a client waits for a server to register, in nanoseconds: two minutes.
  static let patience: UInt64 = 120_000_000_000

  private var kernel: Kernel { process.kernel }

  /// - Parameter isPoint: false where the change that the SCM is told of came behind a point of its own:
  ///   nobody comes in between.
  private func begin(
    _ kind: ScmRequest, _ ofClass: ClassID = .none, _ registration: RegistrationID = .none,
    isPoint: Bool = true
  ) -> RequestID {
    if isPoint { kernel.point(.scmRequest) }
    let id = kernel.numbers.request()
    kernel.tell(.scmRequested(id, kind, ofClass, registration))
    return id
  }

  /// - Throws: `RPC_S_SERVER_UNAVAILABLE` where there is no SCM.
  @discardableResult
  private func ask(_ message: ScmMessage) throws(HResult) -> ScmAnswer {
    let bytes = kernel.ask(message.bytes)
    guard !bytes.isEmpty else { throw .RPC_S_SERVER_UNAVAILABLE }
    return try ScmAnswer(bytes)
  }

  // MARK: A client's

  /// A class object of that class, in whatever process: of a server that is running, or of one that is
  /// started for it. The thread waits for that; one of an STA serves calls meanwhile.
  ///
  /// - Parameter refusal: the class object that the last answer led to, and that did not serve.
  /// - Throws: `REGDB_E_CLASSNOTREG` where there is none and nothing to start, `E_ACCESSDENIED` where
  ///   the client may not start it, `CO_E_SERVER_EXEC_FAILURE` where the server did not come up,
  ///   `RPC_E_CALL_CANCELED` when the run is ended.
  func activate(
    _ clsid: GUID, _ number: ClassID, refusedBy refusal: RefusingClass?, on thread: ComThread
  ) throws(HResult) -> ServingClass {
    let id = begin(.activate, number)
    var answer = try ask(.activate(id, clsid, refusedBy: refusal))
    if case .wait = answer { answer = try wait(for: id, of: number, answer, on: thread) }
    switch answer {
    case .server(let serving): return serving
    case .failed(let code): throw code
    case .done, .wait, .number: throw .RPC_E_INVALID_DATAPACKET
    }
  }

  private func wait(
    for id: RequestID, of number: ClassID, _ first: ScmAnswer, on thread: ComThread
  ) throws(HResult) -> ScmAnswer {
    let pumps = thread.entered?.kind == .singleThreaded
    var latest = Result<ScmAnswer, HResult>.success(first)
    let outcome = thread.wait(
      for: { .scm(id, server: latest.awaited ?? .none, pumps: pumps) },
      deadline: kernel.time &+ Self.patience,
      until: {
        if latest.awaited == nil { return true }
        latest = Result { () throws(HResult) in try ask(.collect(id)) }
        return latest.awaited == nil
      })
    switch outcome {
    case .woken: return try latest.get()
    case .timedOut: return try ask(.giveUp(begin(.giveUp, number), of: id))
    case .abandoned: throw .RPC_E_CALL_CANCELED
    }
  }

  // MARK: A server's

  func register(_ offer: OfferedClass, _ number: ClassID, change: UInt32) throws(HResult) {
    let id = begin(.register, number, offer.registration)
    try ask(.register(id, offer, change: change))
  }

  func resume(_ offers: [OfferedClass], change: UInt32) throws(HResult) {
    try ask(.resume(begin(.resume), offers, change: change))
  }

  func suspend(change: UInt32) throws(HResult) {
    try ask(.suspend(begin(.suspend, isPoint: false), change: change))
  }

  func revoke(_ registration: RegistrationID, _ number: ClassID) throws(HResult) {
    try ask(.revoke(begin(.revoke, number, registration), registration))
  }
}

extension Result<ScmAnswer, HResult> {
  /// The process that is waited for, while there is no other answer.
  fileprivate var awaited: ProcessID? {
    if case .success(.wait(let process)) = self { process } else { nil }
  }
}

extension ComProcess {
  var scmClient: ScmClient { ScmClient(process: self) }
}
