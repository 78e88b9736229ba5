import ThreadKernel
import Trace

/// `IGlobalInterfaceTable`: one table for all apartments of a process. Who puts a pointer in gets a
/// cookie; with it any thread gets a pointer that is right for its apartment, as often as it likes.
public enum IGlobalInterfaceTable: ComInterface {
  public typealias Methods = GlobalInterfaceTable
  public static let iid: GUID = "00000146-0000-0000-C000-000000000046"
  public static let name = "IGlobalInterfaceTable"
  public static func methods(of object: AnyObject) -> GlobalInterfaceTable? {
    object as? GlobalInterfaceTable
  }
  public static var stubs: [StubMethod<Methods>] { [] }
}

/// What the cookies of a process stand for.
struct GlobalTable: Sendable {
  private var entries: [UInt32: SharedPacket] = [:]
  /// The one object of `CLSID.stdGlobalInterfaceTable`.
  private(set) var object: Carried<GlobalInterfaceTable>?

  subscript(_ cookie: UInt32) -> SharedPacket? { entries[cookie] }

  mutating func insert(_ shared: SharedPacket, _ cookie: UInt32) { entries[cookie] = shared }

  mutating func remove(_ cookie: UInt32) -> SharedPacket? { entries.removeValue(forKey: cookie) }

  mutating func ensureObject(in process: ComProcess) -> Carried<GlobalInterfaceTable> {
    if let object { return object }
    let made = Carried(GlobalInterfaceTable(in: process))
    object = made
    return made
  }

  /// The process has no apartment any more.
  mutating func clear() {
    entries = [:]
    object = nil
  }
}

extension ComProcess {
  /// The object of `CLSID.stdGlobalInterfaceTable`: the same for every apartment.
  var globalInterfaceTable: GlobalInterfaceTable {
    tables.withLock { $0.globals.ensureObject(in: self) }.value
  }
}

/// The table as an object. It lives as long as COM does in the process: nobody counts it (GIT-01).
public final class GlobalInterfaceTable: Unknown {
  init(in process: ComProcess) {
    super.init(.component, name: "GlobalInterfaceTable", process: process, home: nil)
  }

  public override func hasInterface(_ iid: GUID) throws(HResult) -> Bool {
    iid == IUnknown.iid || iid == IGlobalInterfaceTable.iid
  }

  public override var count: UInt32 { 1 }

  override func addRefIfAlive(by holder: Holder) -> ReferenceID? { .some(.none) }

  @discardableResult
  public override func release(_ reference: ReferenceID, by holder: Holder) -> UInt32 { 1 }

  // MARK: The methods

  /// What a cookie leads to: a pointer that the apartment has already, or a packet to open.
  private enum Found: Sendable {
    case pointer(Carried<Unknown>, ReferenceID)
    case packet(SharedPacket)
    case nothing
  }

  fileprivate func register(
    _ object: Unknown, _ iid: GUID, _ thread: ComThread
  ) throws(HResult) -> UInt32 {
    let shared = try thread.share(object, iid)
    let id = kernel.numbers.global()
    process.tables.withLock { tables in
      kernel.tell(.globalRegistered(id, shared.made.packet))
      tables.globals.insert(shared, id.number)
    }
    return id.number
  }

  /// The pointer behind a cookie, with a reference of its holder's. It knows no type, so that only
  /// the last step is made anew for each interface.
  fileprivate func get(
    _ cookie: UInt32, _ iid: GUID, by holder: Holder, _ thread: ComThread
  ) throws(HResult) -> GlobalPointer {
    let apartment = try thread.requireApartment()
    kernel.point(.countChanged)
    let found = process.tables.withLock { tables -> Found in
      guard let shared = tables.globals[cookie] else { return .nothing }
      let known = process.known(shared, iid, in: apartment.id, by: holder, &tables)
      return known.map { .pointer($0, $1) } ?? .packet(shared)
    }
    switch found {
    case .nothing: throw .E_INVALIDARG
    case .packet(let shared):
      let opened = try thread.open(shared, iid, in: apartment)
      let reference = try opened.surrender(iid, to: holder)
      return GlobalPointer(unknown: opened.unknown, reference: reference, holder: holder)
    case .pointer(let object, let reference):
      return GlobalPointer(unknown: object.value, reference: reference, holder: holder)
    }
  }

  fileprivate func revoke(_ cookie: UInt32, _ thread: ComThread) throws(HResult) {
    _ = try thread.requireApartment()
    kernel.point(.countChanged)
    let removed = process.tables.withLock { tables -> SharedPacket? in
      let removed = tables.globals.remove(cookie)
      if removed != nil { kernel.tell(.globalRevoked(GlobalID(cookie))) }
      return removed
    }
    guard let removed else { throw .E_INVALIDARG }
    try thread.release(removed)
  }
}

/// What a cookie leads to, and the reference that was added to it.
@usableFromInline
struct GlobalPointer {
  @usableFromInline let unknown: Unknown
  @usableFromInline let reference: ReferenceID
  @usableFromInline let holder: Holder
}

extension GlobalInterfaceTable {
  @usableFromInline
  func get(
    _ cookie: UInt32, _ iid: GUID, _ holder: String?, _ file: StaticString, _ line: UInt32
  ) throws(HResult) -> GlobalPointer {
    try api("GetInterfaceFromGlobal", file, line) { thread throws(HResult) in
      try get(cookie, iid, by: .of(holder, in: kernel), thread)
    }
  }
}

extension InterfacePointer where I == IGlobalInterfaceTable, Self: ~Copyable {
  private func table() throws(HResult) -> GlobalInterfaceTable {
    guard let table = value.methods else { throw .E_INVALIDARG }
    return table
  }

  /// Keeps a pointer of the calling apartment for all of them, until it is revoked.
  ///
  /// - Returns: the cookie, never 0.
  /// - Throws: `CO_E_NOT_SUPPORTED` for an object that does not want it (`INoMarshal`); what
  ///   marshalling it answers.
  public func registerInterfaceInGlobal<Pointer>(
    _ pointer: borrowing Pointer, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> UInt32 where Pointer: InterfacePointer & ~Copyable {
    let object = pointer.value.unknown
    let table = try table()
    return try api("RegisterInterfaceInGlobal", file, line) { thread throws(HResult) in
      try table.register(object, Pointer.I.iid, thread)
    }
  }

  /// A pointer for the calling apartment: a proxy; the object itself in its own, or where it is
  /// agile.
  ///
  /// - Throws: `E_INVALIDARG` for a cookie that nobody has, `CO_E_OBJNOTREG` where the apartment
  ///   that registered it has ended.
  @inlinable
  public func getInterfaceFromGlobal<Other: ComInterface>(
    _ cookie: UInt32, _ interface: Other.Type, as holder: String? = nil,
    file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> ComPtr<Other> {
    guard let table = value.methods else { throw .E_INVALIDARG }
    let pointer = try table.get(cookie, Other.iid, holder, file, line)
    return ComPtr(
      PointerValue(pointer.unknown), owning: pointer.reference, holder: pointer.holder)
  }

  /// Gives a cookie up; any apartment may. Pointers that were got with it stay good.
  ///
  /// - Throws: `E_INVALIDARG` for a cookie that nobody has.
  public func revokeInterfaceFromGlobal(
    _ cookie: UInt32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) {
    let table = try table()
    try api("RevokeInterfaceFromGlobal", file, line) { thread throws(HResult) in
      try table.revoke(cookie, thread)
    }
  }
}
