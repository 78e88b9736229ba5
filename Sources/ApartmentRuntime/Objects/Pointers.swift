import ThreadKernel
import Trace

/// What an interface pointer designates. It counts nothing.
public struct PointerValue<I: ComInterface>: Sendable {
  @usableFromInline let carriedUnknown: Carried<Unknown>
  /// The object's methods, where the pointer is a direct one; nil for a proxy.
  @usableFromInline let carriedMethods: Carried<I.Methods?>
  /// The same where nobody listens, so that a call need not ask; else nil.
  @usableFromInline let carriedUnheard: Carried<I.Methods?>

  @inlinable
  init(_ unknown: Unknown) { self.init(unknown, part: unknown.part(with: I.iid)) }

  /// - Parameter part: who has the methods; it counts on `unknown`.
  @inlinable
  init(_ unknown: Unknown, part: Unknown) {
    let methods = unknown.isProxy ? nil : I.methods(of: part)
    carriedUnknown = Carried(unknown)
    carriedMethods = Carried(methods)
    carriedUnheard = Carried(unknown.kernel.isTold ? nil : methods)
  }

  @inlinable var unknown: Unknown { carriedUnknown.value }
  @inlinable var methods: I.Methods? { carriedMethods.value }
  @inlinable var unheardMethods: I.Methods? { carriedUnheard.value }
}

/// Anything that calls go through: the owning `ComPtr` and the `RawPointer`.
public protocol InterfacePointer<I>: ~Copyable {
  associatedtype I: ComInterface
  var value: PointerValue<I> { get }
}

/// An owning interface pointer, for locals and parameters: it gives its reference back when it goes
/// out of scope. Fields use `ComField`, because calls re-enter.
public struct ComPtr<I: ComInterface>: ~Copyable, InterfacePointer {
  public let value: PointerValue<I>
  /// What it gives back; nil once it was handed on.
  @usableFromInline var reference: ReferenceID?
  @usableFromInline let holder: Holder

  @inlinable
  init(_ value: PointerValue<I>, owning reference: ReferenceID, holder: Holder) {
    self.value = value
    self.reference = reference
    self.holder = holder
  }

  /// A first reference to an object that was just made. One that is to be a part of another is
  /// asked for IUnknown, which is its own; its other interfaces count on the other.
  ///
  /// - Parameter holder: whose name stands beside the count; nil: a local of the thread.
  public init(_ object: Unknown, as holder: String? = nil) {
    let holder = Holder.of(holder, in: object.kernel)
    let owner = object.identity(for: I.iid)
    self.init(
      PointerValue(owner, part: object.part(with: I.iid)), owning: owner.addRef(by: holder),
      holder: holder)
  }

  @inlinable
  deinit {
    if let reference { value.unknown.release(reference, by: holder) }
  }

  /// `Release`, at that place of the program: the pointer is gone.
  public consuming func release(file: StaticString = #fileID, line: UInt32 = #line) {
    let (unknown, holder) = (value.unknown, holder)
    guard let owned = reference else { return }
    reference = nil
    Kernel.at(SourceSite(file, line)) { _ = unknown.release(owned, by: holder) }
  }

  /// A second owner.
  public func copy(as holder: String? = nil) -> ComPtr {
    let holder = Holder.of(holder, in: value.unknown.kernel)
    return ComPtr(value, owning: value.unknown.addRef(by: holder), holder: holder)
  }

  /// The pointer with its reference, for handing on; nothing is given back here any more.
  public consuming func detach() -> OwnedPointer {
    let (value, reference) = surrender(to: .com)
    return OwnedPointer(value.unknown, I.iid, reference)
  }

  /// What it owns, for a new holder.
  consuming func surrender(to holder: Holder) -> (PointerValue<I>, ReferenceID) {
    let result = (value, reference ?? .none)
    if let reference, holder != self.holder { value.unknown.move(reference, to: holder) }
    reference = nil
    return result
  }

  /// The same pointer with nobody counting: for a caller that outlives it, or by mistake.
  public var raw: RawPointer<I> { RawPointer(value) }
}

/// A pointer with nobody counting, which any thread can be given unmarshalled: that is the mistake
/// that lessons show. COM does not check it (APT-11).
public struct RawPointer<I: ComInterface>: InterfacePointer, Sendable {
  public let value: PointerValue<I>

  init(_ value: PointerValue<I>) { self.value = value }
}

/// A pointer that a function hands on with its reference (`void **ppv`). Whoever gets it takes it
/// into a pointer of its own.
public final class OwnedPointer {
  let unknown: Unknown
  public let iid: GUID
  private var reference: ReferenceID?

  init(_ unknown: Unknown, _ iid: GUID, _ reference: ReferenceID) {
    self.unknown = unknown
    self.iid = iid
    self.reference = reference
  }

  /// Asks the object for an interface and adds a reference: what a component's method hands out.
  ///
  /// - Throws: `E_NOINTERFACE` where the object lacks it.
  public convenience init(_ object: Unknown, _ iid: GUID) throws(HResult) {
    guard try object.hasInterface(iid) else { throw .E_NOINTERFACE }
    let owner = object.identity(for: iid)
    self.init(owner, iid, owner.addRef(by: .com))
  }

  deinit { dispose() }

  /// The pointer as a typed one, with its reference.
  ///
  /// - Throws: `E_NOINTERFACE` where the pointer is of another interface; the reference is given
  ///   back.
  public func take<I: ComInterface>(
    _ type: I.Type, as holder: String? = nil
  ) throws(HResult) -> ComPtr<I> {
    let holder = Holder.of(holder, in: unknown.kernel)
    let reference = try surrender(I.iid, to: holder)
    return ComPtr(PointerValue(unknown), owning: reference, holder: holder)
  }

  /// The reference, for a new holder.
  ///
  /// - Throws: `E_NOINTERFACE` where the pointer is of another interface; the reference is given
  ///   back.
  func surrender(_ wanted: GUID, to holder: Holder) throws(HResult) -> ReferenceID {
    guard iid == wanted, let reference else {
      dispose()
      throw .E_NOINTERFACE
    }
    self.reference = nil
    unknown.move(reference, to: holder)
    return reference
  }

  /// Gives the reference back, unless somebody took it.
  public func dispose() {
    guard let reference else { return }
    self.reference = nil
    unknown.release(reference, by: .com)
  }
}

extension Holder {
  /// A holder by name, or a local of the calling thread.
  static func of(_ name: String?, in kernel: Kernel) -> Holder {
    if let name { return .named(kernel.name(name)) }
    return .local
  }
}

extension InterfacePointer where Self: ~Copyable {
  /// Whether the pointer is a proxy, as a client finds out by asking for `IMultiQI` (PRX-07).
  public var isProxy: Bool { value.unknown.isProxy }

  /// The number of the identity behind the pointer.
  public var object: ObjectID { value.unknown.id }

  /// The count behind the pointer, for looking at only.
  public var count: UInt32 { value.unknown.count }

  /// IUnknown::QueryInterface.
  ///
  /// - Throws: `E_NOINTERFACE`; through a proxy also what the call answers.
  public func query<Other: ComInterface>(
    _ other: Other.Type, as holder: String? = nil, file: StaticString = #fileID,
    line: UInt32 = #line
  ) throws(HResult) -> ComPtr<Other> {
    let unknown = value.unknown
    return try Kernel.at(SourceSite(file, line)) { () throws(HResult) -> ComPtr<Other> in
      let holder = Holder.of(holder, in: unknown.kernel)
      try unknown.refuseIfDead(.query, by: holder)
      try unknown.requireCode(for: "QueryInterface")
      guard try unknown.hasInterface(Other.iid) else { throw .E_NOINTERFACE }
      let owner = unknown.identity(for: Other.iid)
      return ComPtr(
        PointerValue(owner, part: unknown.part(with: Other.iid)), owning: owner.addRef(by: holder),
        holder: holder)
    }
  }
}

extension RawPointer {
  /// A pointer for somebody else, with a reference of its own: what a method hands out of what its
  /// object holds.
  ///
  /// - Throws: `E_NOINTERFACE` where the object lacks the interface.
  public func handOut(_ iid: GUID) throws(HResult) -> OwnedPointer {
    try OwnedPointer(value.unknown, iid)
  }
}
