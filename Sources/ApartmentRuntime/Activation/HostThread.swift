import ThreadKernel
import Trace

/// A thread that COM starts for an apartment which the program does not have: an STA for objects
/// that need one, or the MTA. It ends when the last apartment of the program's has.
final class HostThread: Sendable {
  private struct State: Sendable {
    var apartment: Apartment?
    var thread: KernelThread?
    var isEnding = false
  }

  private let kind: ApartmentKind
  /// Set when the apartment is there.
  private let ready: Signal
  private let state = ShortLock(State())

  init(_ kind: ApartmentKind, in kernel: Kernel) {
    self.kind = kind
    ready = Signal(in: kernel)
  }

  /// Its apartment, once it has one.
  var apartment: Apartment? { state.withLock { $0.apartment } }

  var isEnding: Bool { state.withLock { $0.isEnding } }

  /// Starts the thread; false where the run is being ended.
  func start(in process: ComProcess) -> Bool {
    let thread = process.spawn("host", origin: .com) { [self] in
      switch kind {
      case .singleThreaded: serveSingleThreaded(in: process)
      case .multithreaded, .neutral: serveMultithreaded(in: process)
      }
    }
    return thread != nil
  }

  /// Waits until the apartment is there. A thread of an STA serves calls meanwhile.
  ///
  /// - Throws: `RPC_E_CALL_CANCELED` when the run is ended.
  func wait(on thread: ComThread) throws(HResult) -> Apartment {
    guard let me = KernelThread.current else { throw .CO_E_NOTINITIALIZED }
    let pumps = thread.entered?.kind == .singleThreaded
    _ = thread.wait(for: { .signal(ready.id, pumps: pumps) }, until: { ready.wakeWhenSet(me) })
    guard let apartment else { throw .RPC_E_CALL_CANCELED }
    return apartment
  }

  /// Has the thread end when it has served what is there, and waits for that.
  func end() {
    let thread = state.withLock { state in
      state.isEnding = true
      return state.thread
    }
    guard let thread, thread !== KernelThread.current else { return }
    thread.kernel.unpark(thread)
    thread.kernel.join(thread)
  }

  private func isOpen(_ apartment: Apartment) {
    state.withLock { state in
      state.apartment = apartment
      state.thread = KernelThread.current
    }
    ready.set()
  }

  // MARK: On the thread

  private func serveSingleThreaded(in process: ComProcess) {
    let apartment = process.openSingleThreaded(startedBy: .com)
    let thread = ComThread.current
    thread.joinPool(of: apartment)
    isOpen(apartment)
    apartment.serveAsHost(until: { isEnding })
    apartment.closeSingleThreaded()
    // A main apartment's thread is the one that asks modules, also at the end (I7).
    if apartment.isMain, isEnding { process.unloadEverything() }
    thread.leavePool(of: apartment)
  }

  /// The host of the MTA is the first thread of its pool: it serves what it was started for.
  private func serveMultithreaded(in process: ComProcess) {
    let apartment = process.joinMultithreaded(startedBy: .com)
    apartment.servePoolAsHost(isOpen: { isOpen(apartment) }, until: { isEnding })
    process.leaveMultithreaded()
  }
}

extension Apartment {
  /// The message loop of a host thread. It outlives the program's loops: those who leave them still
  /// have calls to make.
  fileprivate func serveAsHost(until isOver: () -> Bool) {
    while true {
      kernel.point(.messageTaken)
      ComThread.current.lookAtMail()
      if let message = takeNext() {
        ComThread.current.dispatch(message, in: self)
        continue
      }
      if isOver() || kernel.arePoolsEnding { return }
      if kernel.park(kernel.areLoopsEnding ? .pool : .messageLoop) == .abandoned { return }
    }
  }
}

extension ComProcess {
  /// The apartment that COM keeps a thread for; the thread is started where there is none yet.
  ///
  /// - Throws: `CO_E_NOTINITIALIZED` where the program has no apartment any more,
  ///   `RPC_E_CALL_CANCELED` when the run is ended.
  func hostApartment(_ kind: ApartmentKind) throws(HResult) -> Apartment {
    let kernel = kernel
    let found = tables.withLock { tables -> (HostThread, Bool)? in
      let path: WritableKeyPath<Tables, HostThread?> =
        kind == .singleThreaded ? \.singleThreadedHost : \.multithreadedHost
      if let known = tables[keyPath: path] { return (known, false) }
      // Nobody would end it.
      guard tables.programUsers > 0 else { return nil }
      let host = HostThread(kind, in: kernel)
      tables[keyPath: path] = host
      return (host, true)
    }
    guard let (host, isNew) = found else { throw .CO_E_NOTINITIALIZED }
    if let apartment = host.apartment { return apartment }
    if isNew, !host.start(in: self) { throw .RPC_E_CALL_CANCELED }
    return try host.wait(on: .current)
  }

  /// A thread of the program gives an apartment up.
  ///
  /// - Returns: whether it was the last one.
  func programLeaves() -> Bool {
    tables.withLock { tables in
      tables.programUsers -= 1
      return tables.programUsers == 0
    }
  }

  /// Ends what COM has started, and unloads all modules: the program has no apartment any more.
  func endWhatComStarted() {
    typealias Ending = (neutral: Apartment?, HostThread?, HostThread?)
    let (neutral, multithreaded, singleThreaded) = tables.withLock { tables -> Ending in
      // Somebody may have begun anew while the last one was on its way out: it is theirs now.
      guard tables.programUsers == 0 else { return (nil, nil, nil) }
      defer {
        tables.neutral = nil
        tables.multithreadedHost = nil
        tables.singleThreadedHost = nil
      }
      return (tables.neutral, tables.multithreadedHost, tables.singleThreadedHost)
    }
    if let neutral {
      ComThread.current.visiting(neutral) { neutral.cutOff() }
      remove(neutral)
    }
    multithreaded?.end()
    singleThreaded?.end()
    unloadEverything()
  }
}
