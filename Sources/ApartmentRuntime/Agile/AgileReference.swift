import ThreadKernel
import Trace

/// When an agile reference marshals (`AgileReferenceOptions`).
public struct AgileOptions: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// At once.
  public static let `default` = AgileOptions(rawValue: 0)
  /// When another apartment first asks for the object.
  public static let delayedMarshal = AgileOptions(rawValue: 1)
}

/// `IAgileReference`: a reference to an object that any thread may hold and use.
public enum IAgileReference: ComInterface {
  public typealias Methods = AgileReference
  public static let iid: GUID = "C03F6A43-65A4-9818-987E-E0B810D2A6F2"
  public static let name = "IAgileReference"
  public static func methods(of object: AnyObject) -> AgileReference? {
    object as? AgileReference
  }
  public static var stubs: [StubMethod<Methods>] { [] }
}

/// `RoGetAgileReference`: a reference to an object that every apartment can resolve to a pointer of
/// its own.
///
/// - Throws: `E_INVALIDARG` for options that there are not, `CO_E_NOTINITIALIZED`,
///   `E_NOINTERFACE` where the object lacks the interface, `CO_E_NOT_SUPPORTED` where it does not
///   want to be marshalled (FTM-10).
public func roGetAgileReference<Pointer>(
  _ options: AgileOptions, _ iid: GUID, _ pointer: borrowing Pointer, as holder: String? = nil,
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> ComPtr<IAgileReference> where Pointer: InterfacePointer & ~Copyable {
  let object = pointer.value.unknown
  return try api("RoGetAgileReference", file, line) { thread throws(HResult) in
    guard options == .default || options == .delayedMarshal else { throw .E_INVALIDARG }
    let apartment = try thread.requireApartment()
    try object.refuseIfDead(.query, by: .com)
    guard try object.hasInterface(iid) else { throw .E_NOINTERFACE }
    if object.offers(INoMarshal.iid) { throw .CO_E_NOT_SUPPORTED }
    let content = try AgileReference.Content(of: object, iid, in: apartment, options, thread)
    return ComPtr(AgileReference(content, in: thread.process), as: holder)
  }
}

extension InterfacePointer where I == IAgileReference, Self: ~Copyable {
  /// IAgileReference::Resolve: a pointer that is right for the calling thread's apartment.
  public func resolve<Other: ComInterface>(
    _ interface: Other.Type, as holder: String? = nil, file: StaticString = #fileID,
    line: UInt32 = #line
  ) throws(HResult) -> ComPtr<Other> {
    try value.unknown.refuseIfDead(.call, by: .of(nil, in: value.unknown.kernel))
    guard let reference = value.methods else { throw .E_INVALIDARG }
    return try api("Resolve", file, line) { thread throws(HResult) in
      try reference.resolve(Other.self, holder, thread)
    }
  }
}

/// What `RoGetAgileReference` makes. It has no home: any thread may use it.
public final class AgileReference: Unknown {
  enum Content: Sendable {
    case packet(SharedPacket)
    /// Not marshalled yet: a pointer of the apartment, with its reference.
    case pointer(Carried<Unknown>, ReferenceID, GUID, in: ApartmentID)

    init(
      of object: Unknown, _ iid: GUID, in apartment: Apartment, _ options: AgileOptions,
      _ thread: ComThread
    ) throws(HResult) {
      // Only what COM marshals itself can be marshalled for its apartment by another one later.
      guard options == .delayedMarshal, !(object is Proxy), !object.offers(IMarshal.iid),
        !object.offers(IAgileObject.iid), thread.process.registered(iid) != nil
      else {
        self = .packet(try thread.share(object, iid))
        return
      }
      self = .pointer(Carried(object), object.addRef(by: .com), iid, in: apartment.id)
    }
  }

  private let content: ShortLock<Content>

  init(_ content: Content, in process: ComProcess) {
    self.content = ShortLock(content)
    super.init(.component, name: "AgileReference", process: process, home: nil)
  }

  public override func hasInterface(_ iid: GUID) throws(HResult) -> Bool {
    iid == IUnknown.iid || iid == IAgileReference.iid
  }

  func resolve<I: ComInterface>(
    _ type: I.Type, _ name: String?, _ thread: ComThread
  ) throws(HResult) -> ComPtr<I> {
    let apartment = try thread.requireApartment()
    switch content.withLock({ $0 }) {
    case .packet(let shared): return try open(shared, I.self, name, thread, in: apartment)
    case .pointer(let object, _, _, apartment.id):
      return try RawPointer<IUnknown>(PointerValue(object.value)).query(I.self, as: name)
    case .pointer(let object, let reference, let iid, let home):
      let shared = try marshal(object.value, iid, in: home)
      let isFirst = content.withLock { content in
        guard case .pointer = content else { return false }
        content = .packet(shared)
        return true
      }
      if isFirst {
        object.value.release(reference, by: .com)
        return try open(shared, I.self, name, thread, in: apartment)
      }
      // Another thread came first: its packet is the one that stays.
      try thread.release(shared)
      return try resolve(I.self, name, thread)
    }
  }

  private func open<I: ComInterface>(
    _ shared: SharedPacket, _ type: I.Type, _ name: String?, _ thread: ComThread,
    in apartment: Apartment
  ) throws(HResult) -> ComPtr<I> {
    let holder = Holder.of(name, in: kernel)
    kernel.point(.countChanged)
    let known = process.tables.withLock { tables in
      process.known(shared, I.iid, in: apartment.id, by: holder, &tables)
    }
    guard let (object, reference) = known else {
      return try thread.open(shared, I.iid, in: apartment).take(I.self, as: name)
    }
    return ComPtr(PointerValue(object.value), owning: reference, holder: holder)
  }

  /// Marshals for the object's apartment, which need not be pumping: its stub manager is made here.
  private func marshal(
    _ object: Unknown, _ iid: GUID, in home: ApartmentID
  ) throws(HResult) -> SharedPacket {
    guard let apartment = process.apartment(home), let interface = process.registered(iid) else {
      throw .CO_E_OBJNOTCONNECTED
    }
    let (reference, packet) = try process.export(
      object, interface, in: apartment, .tableStrong, noPing: false)
    return try SharedPacket(of: object, iid, Marshalled(bytes: reference.bytes, packet: packet))
  }

  public override func finalRelease() {
    switch content.withLock({ $0 }) {
    // On a thread with no apartment nobody can be told: the packet stays, as its object does.
    case .packet(let shared): try? ComThread.current.release(shared)
    case .pointer(let object, let reference, _, _): object.value.release(reference, by: .com)
    }
  }
}
