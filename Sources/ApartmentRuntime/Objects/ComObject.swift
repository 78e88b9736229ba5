import ThreadKernel
import Trace

/// The base class of components: what a COM programmer writes.
///
/// A subclass names its interfaces and conforms to their Swift protocols. It holds COM pointers in
/// `ComField`s and gives them back in `finalRelease`.
open class ComObject: Unknown {
  /// Makes the object in the calling thread's apartment.
  ///
  /// - Throws: `CO_E_NOTINITIALIZED` on a thread with no apartment.
  public init(name: String) throws(HResult) {
    let thread = ComThread.current
    guard let apartment = thread.apartment else { throw .CO_E_NOTINITIALIZED }
    super.init(.component, name: name, process: thread.process, home: apartment)
  }

  /// The interfaces that `QueryInterface` finds, beside IUnknown.
  open class var interfaces: [any ComInterface.Type] { [] }

  public override func hasInterface(_ iid: GUID) throws(HResult) -> Bool {
    iid == IUnknown.iid || Self.interfaces.contains { $0.iid == iid }
  }

  override var hasDestructor: Bool { true }

  /// Whether the calling thread is one of the object's apartment: what a component asks that looks
  /// at its thread.
  public var isOnHomeThread: Bool { ComThread.current.apartment === home }

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
