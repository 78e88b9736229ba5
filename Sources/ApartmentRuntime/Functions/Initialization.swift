import ThreadKernel
import Trace

/// The concurrency model that a thread asks for (`COINIT`).
public enum Coinit: Sendable {
  /// COINIT_APARTMENTTHREADED: an STA of the thread's own.
  case apartmentThreaded
  /// COINIT_MULTITHREADED, the default: the MTA.
  case multithreaded
}

/// `CoInitializeEx`: the thread enters an apartment.
///
/// - Returns: `S_OK`, or `S_FALSE` where it is in one of that kind already; both need a
///   `CoUninitialize` of their own (INIT-02).
/// - Throws: `RPC_E_CHANGED_MODE` where it is in one of another kind.
@discardableResult
public func coInitializeEx(
  _ model: Coinit = .multithreaded, file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> HResult {
  try api("CoInitializeEx", file, line) { thread throws(HResult) in
    let kind: ApartmentKind = model == .apartmentThreaded ? .singleThreaded : .multithreaded
    // The thread stays what it is while its code is in the neutral apartment (INIT-25).
    guard !thread.isInNeutral else { throw thread.process.refused(.RPC_E_CHANGED_MODE) }
    if let entered = thread.entered {
      guard entered.kind == kind else { throw thread.process.refused(.RPC_E_CHANGED_MODE) }
      thread.initializations += 1
      thread.kernel.tell(
        .apartmentEntered(entered.id, .explicit, count: thread.initializations))
      return .S_FALSE
    }
    let apartment =
      kind == .singleThreaded
      ? thread.process.openSingleThreaded() : thread.process.joinMultithreaded()
    thread.enter(apartment)
    return .S_OK
  }
}

/// `CoUninitialize`: gives one initialisation back. With the last, the apartment of an STA ends,
/// and the MTA when nobody else has entered it.
public func coUninitialize(file: StaticString = #fileID, line: UInt32 = #line) {
  _ = try? api("CoUninitialize", file, line) { thread throws(HResult) in
    guard thread.initializations > 0, let apartment = thread.entered else { return }
    if thread.initializations > 1 {
      thread.initializations -= 1
      thread.kernel.tell(.apartmentLeft(apartment.id, count: thread.initializations))
      return
    }
    // COM keeps a thread of its own where it is, whatever the thread gives back (APT-10).
    guard !thread.isOfPool else { return }
    // What came late for the thread goes back while it can.
    thread.lookAtMail()
    let isLast = thread.process.programLeaves()
    switch apartment.kind {
    case .singleThreaded: apartment.closeSingleThreaded()
    case .multithreaded, .neutral: thread.process.leaveMultithreaded()
    }
    if isLast { thread.process.endWhatComStarted() }
    thread.leave(apartment)
  }
}

/// A cookie of `CoIncrementMTAUsage`. It belongs to no thread (INIT-19).
public struct MTAUsageCookie: Hashable, Sendable {
  let number: UInt32
}

/// `CoIncrementMTAUsage`: the process has an MTA while the cookie is held.
public func coIncrementMTAUsage(
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> MTAUsageCookie {
  try api("CoIncrementMTAUsage", file, line) { thread throws(HResult) in
    _ = thread.process.joinMultithreaded()
    return thread.process.tables.withLock { tables in
      tables.lastCookie += 1
      tables.usageCookies.insert(tables.lastCookie)
      return MTAUsageCookie(number: tables.lastCookie)
    }
  }
}

/// `CoDecrementMTAUsage`.
///
/// - Throws: `E_INVALIDARG` for a cookie that is not held.
public func coDecrementMTAUsage(
  _ cookie: MTAUsageCookie, file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) {
  try api("CoDecrementMTAUsage", file, line) { thread throws(HResult) in
    let number = cookie.number
    let wasHeld = thread.process.tables.withLock { $0.usageCookies.remove(number) != nil }
    guard wasHeld else { throw .E_INVALIDARG }
    let isLast = thread.process.programLeaves()
    thread.process.leaveMultithreaded()
    if isLast { thread.process.endWhatComStarted() }
  }
}

/// What `CoGetApartmentType` answers.
public struct ApartmentType: Hashable, Sendable {
  /// APTTYPE.
  public enum Kind: Int32, Sendable {
    case current = -1
    case sta = 0
    case mta = 1
    case na = 2
    case mainSTA = 3
  }
  /// APTTYPEQUALIFIER.
  public enum Qualifier: Int32, Sendable {
    case none = 0
    case implicitMTA = 1
    case naOnMTA = 2
    case naOnSTA = 3
    case naOnImplicitMTA = 4
    case naOnMainSTA = 5
  }
  public var kind: Kind
  public var qualifier: Qualifier

  /// What the out parameters say where the thread is in no apartment (INIT-10).
  public static let none = ApartmentType(kind: .current, qualifier: .none)
}

/// `CoGetApartmentType`.
///
/// - Throws: `CO_E_NOTINITIALIZED` where the thread is in none: the type is `.none` then.
public func coGetApartmentType(
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> ApartmentType {
  try api("CoGetApartmentType", file, line) { thread throws(HResult) in
    let apartment = try thread.requireApartment()
    switch apartment.kind {
    case .singleThreaded:
      return ApartmentType(kind: apartment.isMain ? .mainSTA : .sta, qualifier: .none)
    case .multithreaded:
      return ApartmentType(
        kind: .mta, qualifier: thread.entered == nil ? .implicitMTA : .none)
    case .neutral: return ApartmentType(kind: .na, qualifier: thread.neutralQualifier)
    }
  }
}

extension ComThread {
  /// What kind of thread runs code of the neutral apartment.
  fileprivate var neutralQualifier: ApartmentType.Qualifier {
    guard let entered else { return .naOnImplicitMTA }
    guard entered.kind == .singleThreaded else { return .naOnMTA }
    return entered.isMain ? .naOnMainSTA : .naOnSTA
  }
}

/// `CoRegisterPSClsid`: which class makes proxies and stubs for an interface, process-wide.
public func coRegisterPSClsid(
  _ iid: GUID, _ clsid: GUID, file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) {
  try api("CoRegisterPSClsid", file, line) { thread throws(HResult) in
    _ = try thread.requireApartment()
    thread.process.tables.withLock { $0.proxyStubClasses[iid] = clsid }
  }
}

/// `CoGetPSClsid`.
///
/// - Throws: `REGDB_E_IIDNOTREG` where none is registered.
public func coGetPSClsid(
  _ iid: GUID, file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> GUID {
  try api("CoGetPSClsid", file, line) { thread throws(HResult) in
    guard let clsid = thread.process.tables.withLock({ $0.proxyStubClasses[iid] }) else {
      throw .REGDB_E_IIDNOTREG
    }
    return clsid
  }
}

/// The apartment of the calling thread, for handing to others.
public func currentApartment() throws(HResult) -> Apartment {
  try ComThread.current.requireApartment()
}
