import ApartmentRuntime
import ThreadKernel
import Trace

/// A stranger in between: while an STA waits for its own call it takes others (I9, I15).
enum ReEntrancy {
  static func program(_ stage: Stage) {
    stage.process.register(IAccount.self)
    stage.process.register(ILedger.self)
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  /// The main STA has the account. It withdraws 30 of 100.
  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let ledger = ComField<ILedger>("Account.ledger", in: stage.kernel)
    ledger.set(try startDesk(stage))
    let account = ComPtr<IAccount>(
      try Account(ledger: ledger, care(stage)), as: "main.account")
    if stage.knobs["stranger"] == "comes" { try startWeb(account, stage) }
    try account.withdraw(30)
    runMessageLoop()
  }

  private static func care(_ stage: Stage) -> Care {
    switch stage.knobs["guard"] {
    case "flag": .busyFlag
    case "first": .changesFirst
    default: .none
    }
  }

  /// Desk's STA has the ledger; main gets a proxy of it.
  private static func startDesk(_ stage: Stage) throws(HResult) -> ComPtr<ILedger> {
    let stream = ComField<IStream>("desk.stream", in: stage.kernel)
    let isReady = stage.signal()
    let main = KernelThread.current
    stage.thread("desk") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      defer { coUninitialize() }
      try handLedger(to: stream, stage)
      isReady.set()
      runMessageLoop()
      // Main has a proxy of what lives here, and gives it back before it ends.
      if let main { try coWaitForHandle(.thread(main)) }
    }
    try coWaitForHandle(.signal(isReady))
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(stream, ILedger.self)
  }

  private static func handLedger(
    to stream: ComField<IStream>, _ stage: Stage
  ) throws(HResult) {
    let ledger = ComPtr<ILedger>(try Ledger(in: stage), as: "desk.ledger")
    stream.set(
      try coMarshalInterThreadInterfaceInStream(
        ILedger.self, ledger, as: "desk.stream"))
  }

  /// Web, in the MTA, gets a proxy of the account. It pays 50 in.
  private static func startWeb(
    _ account: borrowing ComPtr<IAccount>, _ stage: Stage
  ) throws(HResult) {
    let stream = ComField<IStream>("web.stream", in: stage.kernel)
    stream.set(
      try coMarshalInterThreadInterfaceInStream(
        IAccount.self, account, as: "web.stream"))
    stage.thread("web") { () throws(HResult) in
      try coInitializeEx(.multithreaded)
      defer { coUninitialize() }
      let account = try openAccount(stream)
      stage.mark("web calls")
      // A refusal is no reason to stop.
      _ = try? account.deposit(50)
      stage.mark("web has its answer")
    }
  }

  private static func openAccount(
    _ stream: ComField<IStream>
  ) throws(HResult) -> ComPtr<IAccount> {
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(
      stream, IAccount.self, as: "web.account")
  }
}
