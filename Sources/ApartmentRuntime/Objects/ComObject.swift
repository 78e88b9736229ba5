import ThreadKernel
import Trace

/// The base class of components: what a COM programmer writes.
///
/// A subclass names its interfaces and conforms to their Swift protocols. It holds COM pointers in
/// `ComField`s and gives them back in `finalRelease`.
open class ComObject: Unknown {
  private let ownModule: Module?

  /// Makes the object in the calling thread's apartment.
  ///
  /// - Parameter module: the in-process server that the object's code is in; it counts its objects.
  /// - Throws: `CO_E_NOTINITIALIZED` on a thread with no apartment.
  public init(name: String, of module: Module? = nil) throws(HResult) {
    let thread = ComThread.current
    guard let apartment = thread.apartment else { throw .CO_E_NOTINITIALIZED }
    ownModule = module
    super.init(.component, name: name, process: thread.process, home: apartment)
    module?.objectBegins(id)
  }

  deinit {
    // A constructor that failed has counted the object, and nobody ever releases it.
    if !isDead, count == 0 { ownModule?.objectNeverWas() }
  }

  override var codeModule: Module? { ownModule }

  /// The interfaces that `QueryInterface` finds, beside IUnknown.
  open class var interfaces: [any ComInterface.Type] { [] }

  public override func hasInterface(_ iid: GUID) throws(HResult) -> Bool {
    iid == IUnknown.iid || Self.interfaces.contains { $0.iid == iid }
  }

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
}

/// An object that wants to know how many strong connections it has from outside
/// (`IExternalConnection`).
public protocol ExternalConnecting: AnyObject {
  func addConnection() -> UInt32
  func releaseConnection(lastReleaseCloses: Bool) -> UInt32
}
