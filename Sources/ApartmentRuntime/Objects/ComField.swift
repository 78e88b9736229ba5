import ThreadKernel
import Trace

/// A field that owns an interface pointer, as `CComPtr` members do.
///
/// Calls re-enter: while a call through the field runs, the object behind it may call back and
/// replace or drop the field. So the field copies the raw pointer out before a call, and swaps
/// before it releases.
public final class ComField<I: ComInterface>: Sendable {
  private struct Content: Sendable {
    let value: PointerValue<I>
    let reference: ReferenceID
  }

  private let kernel: Kernel
  /// Owner and field, `Package.m_pSPStream`: it stands beside the counts.
  public let name: String
  private let content = ShortLock<Content?>(nil)

  public init(_ name: String, in kernel: Kernel) {
    self.name = name
    self.kernel = kernel
  }

  private var holder: Holder { .named(kernel.name(name)) }

  public var isEmpty: Bool { content.withLock { $0 == nil } }

  /// The pointer for a call.
  ///
  /// - Throws: `E_POINTER` where the field is empty.
  public func pointer() throws(HResult) -> RawPointer<I> {
    guard let content = content.withLock({ $0 }) else { throw .E_POINTER }
    return RawPointer(content.value)
  }

  /// What it points at, with nobody counting.
  var unknown: Unknown? { content.withLock { $0.map { $0.value.carriedUnknown } }?.value }

  /// Takes a pointer with its reference; what was there is given back.
  public func attach(_ pointer: OwnedPointer) throws(HResult) {
    set(try pointer.take(I.self, as: name))
  }

  /// Takes over a pointer with its reference; what was there is given back.
  public func set(_ pointer: consuming ComPtr<I>) {
    let (value, reference) = pointer.surrender(to: holder)
    replace(with: Content(value: value, reference: reference))
  }

  /// Adds a reference and keeps it; what was there is given back.
  public func copy(_ pointer: RawPointer<I>) {
    let reference = pointer.value.unknown.addRef(by: holder)
    replace(with: Content(value: pointer.value, reference: reference))
  }

  /// Forgets the pointer without giving its reference back: somebody else did, or will.
  ///
  /// - Returns: the pointer, with nobody counting.
  @discardableResult
  public func detach(file: StaticString = #fileID, line: UInt32 = #line) -> RawPointer<I>? {
    Kernel.at(SourceSite(file, line)) { swap(with: nil).map { RawPointer($0.value) } }
  }

  /// Gives the reference back: what the destructor of a smart pointer does.
  public func clear(file: StaticString = #fileID, line: UInt32 = #line) {
    Kernel.at(SourceSite(file, line)) { replace(with: nil) }
  }

  private func replace(with new: Content?) {
    if let old = swap(with: new) { old.value.unknown.release(old.reference, by: holder) }
  }

  private func swap(with new: Content?) -> Content? {
    let name = kernel.name(name)
    return content.withLock { content in
      kernel.tell(.fieldSet(name, new?.value.unknown.id ?? .none))
      let old = content
      content = new
      return old
    }
  }

  /// The reference that the field owns, for functions that release what they are handed by its
  /// owner's leave (`CoGetInterfaceAndReleaseStream`).
  var ownedReference: ReferenceID { content.withLock { $0?.reference ?? .none } }
}
