import ThreadKernel
import Trace

/// An interface as COM sees it: an id, a name, and a table of typed methods. The type that conforms
/// is only a name (`enum IServiceProvider {}`); components conform to the Swift protocol `Methods`.
public protocol ComInterface: SendableMetatype {
  /// What a component implements: a class protocol, `any ServiceProviding`.
  associatedtype Methods
  static var iid: GUID { get }
  static var name: String { get }
  /// The methods of an object of this process, nil where it has none of them.
  static func methods(of object: AnyObject) -> Methods?
  /// How a stub serves the methods, from slot 3 on (0–2 are IUnknown's, and never sent).
  static var stubs: [StubMethod<Methods>] { get }
}

/// One method of an interface, declared once: its slot, its name, its argument types and how a
/// component does it.
public struct Method<Methods, Result: Wire, each Argument: Wire>: Sendable {
  /// The place in the virtual table: the opnum of the wire.
  public let slot: UInt16
  public let name: StaticString
  @usableFromInline
  let body: @Sendable (Methods, repeat each Argument) throws(HResult) -> Result

  @inlinable
  public init(
    _ slot: UInt16, _ name: StaticString,
    _ body: @escaping @Sendable (Methods, repeat each Argument) throws(HResult) -> Result
  ) {
    self.slot = slot
    self.name = name
    self.body = body
  }

  /// How a stub serves it: unpack, call, pack.
  @inlinable
  public var stub: StubMethod<Methods> {
    StubMethod(slot: slot, name: name) {
      [body]
      (methods: Methods, reader: inout WireReader, writer: inout WireWriter) throws(HResult) in
      let arguments = (repeat try (each Argument).read(from: &reader))
      // What came with the call lives until the result is packed: it may be among it.
      defer { repeat giveBack(each arguments) }
      try body(methods, repeat each arguments).write(to: &writer)
    }
  }
}

/// References that came with a call and were not kept are given back when it is over.
@usableFromInline
func giveBack(_ argument: some Wire) {
  if let pointer = argument as? OwnedPointer { pointer.dispose() }
}

/// A method as a stub serves it, whatever the types of its arguments.
public struct StubMethod<Methods>: Sendable {
  public let slot: UInt16
  public let name: StaticString
  let serve: @Sendable (Methods, inout WireReader, inout WireWriter) throws(HResult) -> Void

  @usableFromInline
  init(
    slot: UInt16, name: StaticString,
    _ serve:
      @escaping @Sendable (Methods, inout WireReader, inout WireWriter) throws(HResult) -> Void
  ) {
    self.slot = slot
    self.name = name
    self.serve = serve
  }
}

/// The interface that every object has.
public enum IUnknown: ComInterface {
  public typealias Methods = Unknown
  public static let iid: GUID = "00000000-0000-0000-C000-000000000046"
  public static let name = "IUnknown"
  public static func methods(of object: AnyObject) -> Unknown? { object as? Unknown }
  public static var stubs: [StubMethod<Methods>] { [] }
}
