import ThreadKernel
import Trace

/// The base class of components: what a COM programmer writes.
///
/// A subclass names its interfaces and conforms to their Swift protocols. It holds COM pointers in
/// `ComField`s and gives them back in `finalRelease`.
open class ComObject: Unknown {
  /// The object that this one is a part of. A part does not count its outer object: the outer one
  /// counts the part.
  private(set) weak var outer: ComObject?
  /// The parts, by their own IUnknown. Set while the object is being made, before others have it.
  private var parts: [ComField<IUnknown>] = []
  private let ownModule: Module?

  /// Makes the object in the calling thread's apartment.
  ///
  /// - Parameters:
  ///   - module: the in-process server that the object's code is in; it counts its objects.
  ///   - outer: the object that it is to be a part of; it has to be of this apartment.
  /// - Throws: `CO_E_NOTINITIALIZED` on a thread with no apartment, `CLASS_E_NOAGGREGATION` for an
  ///   outer object of another one.
  public init(
    name: String, of module: Module? = nil, outer: ComObject? = nil
  ) throws(HResult) {
    let thread = ComThread.current
    guard let apartment = thread.apartment else { throw .CO_E_NOTINITIALIZED }
    if let outer, outer.home !== apartment { throw .CLASS_E_NOAGGREGATION }
    self.outer = outer
    ownModule = module
    super.init(.component, name: name, process: thread.process, home: apartment)
    module?.objectBegins(id)
    if let outer { kernel.tell(.aggregated(id, into: outer.id)) }
    if Self.interfaces.contains(where: { $0.iid == IAgileObject.iid }) { tellAgile() }
  }

  deinit {
    // A constructor that failed has counted the object, and nobody ever releases it.
    if !isDead, count == 0 { ownModule?.objectNeverWas() }
  }

  override var codeModule: Module? { ownModule }

  /// The interfaces that `QueryInterface` finds, beside IUnknown and those of its parts.
  open class var interfaces: [any ComInterface.Type] { [] }

  public override func hasInterface(_ iid: GUID) throws(HResult) -> Bool {
    iid == IUnknown.iid || offers(iid)
  }

  override func offers(_ iid: GUID) -> Bool { hasOwn(iid) || firstPart(with: iid) != nil }

  private func hasOwn(_ iid: GUID) -> Bool { Self.interfaces.contains { $0.iid == iid } }

  override var hasDestructor: Bool { true }

  /// Whether the calling thread is one of the object's apartment: what a component asks that looks
  /// at its thread.
  public var isOnHomeThread: Bool { ComThread.current.apartment === home }

  /// The first pointer to an object that was just made. Without the interface the object goes again:
  /// it was made for nothing (CLS-17).
  ///
  /// - Throws: `E_NOINTERFACE`, which is told as the object's word.
  public func handOut(_ iid: GUID) throws(HResult) -> OwnedPointer {
    let first = addRef(by: .local)
    defer { release(first, by: .local) }
    do throws(HResult) {
      return try OwnedPointer(self, iid)
    } catch {
      throw refuses(error)
    }
  }

  /// Tells that the object refuses, and answers the code to throw.
  public func refuses(
    _ code: HResult, file: StaticString = #fileID, line: UInt32 = #line
  ) -> HResult {
    Kernel.at(SourceSite(file, line)) { kernel.tell(.refused(by: .object(id), code)) }
    return code
  }

  /// Shows a value of the object's own.
  public func show(
    _ name: String, _ value: Int64, file: StaticString = #fileID, line: UInt32 = #line
  ) {
    Kernel.at(SourceSite(file, line)) { kernel.tell(.valueSet(id, kernel.name(name), value)) }
  }

  // MARK: Aggregation

  override var identity: Unknown { outer?.identity ?? self }

  override func part(with iid: GUID) -> Unknown {
    if parts.isEmpty || iid == IUnknown.iid || hasOwn(iid) { return self }
    return firstPart(with: iid) ?? self
  }

  private func firstPart(with iid: GUID) -> Unknown? {
    for field in parts {
      guard let part = field.unknown as? ComObject else { continue }
      if part.hasOwn(iid) { return part }
      if let inner = part.firstPart(with: iid) { return inner }
    }
    return nil
  }

  /// Makes an object a part of this one: its interfaces are this one's from here on. Called while
  /// this one is being made, with the part's own IUnknown.
  ///
  /// - Throws: `CLASS_E_NOAGGREGATION` for an object that was not made with this one as its outer.
  public func aggregate(
    _ inner: consuming ComPtr<IUnknown>, as field: String
  ) throws(HResult) {
    guard let part = inner.value.unknown as? ComObject, part.outer === self else {
      throw .CLASS_E_NOAGGREGATION
    }
    let kept = ComField<IUnknown>(field, in: kernel)
    kept.set(inner)
    parts.append(kept)
  }

  override func releaseParts() { for part in parts { part.clear(file: "", line: 0) } }

  /// What a class asks before it makes an object for an outer one, which has no identity for any
  /// other interface yet (IUNK-07).
  ///
  /// - Throws: `CLASS_E_NOAGGREGATION` for any interface but IUnknown.
  public static func requireUnknown(_ iid: GUID, for outer: ComObject?) throws(HResult) {
    if outer != nil, iid != IUnknown.iid { throw .CLASS_E_NOAGGREGATION }
  }

  /// Tells that any apartment may call the object, and all that it is a part of, directly.
  func tellAgile() { kernel.tell(.objectAgile(identity.id)) }
}

/// An object that wants to know how many strong connections it has from outside
/// (`IExternalConnection`).
public protocol ExternalConnecting: AnyObject {
  func addConnection() -> UInt32
  func releaseConnection(lastReleaseCloses: Bool) -> UInt32
}
