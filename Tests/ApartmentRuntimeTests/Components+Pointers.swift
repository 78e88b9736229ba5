import ApartmentRuntime
import Synchronization
import ThreadKernel
import Trace

// MARK: Taking pointers

protocol Keeping: AnyObject {
  func keep(_ pointer: OwnedPointer) throws(HResult) -> Nothing
  func use(_ pointer: OwnedPointer, _ amount: Int32) throws(HResult) -> Int32
  func useKept(_ amount: Int32) throws(HResult) -> Int32
  func exchange(_ pointer: OwnedPointer) throws(HResult) -> OwnedPointer
  func drop() throws(HResult) -> Nothing
}

/// Takes pointers: to keep them, or for the length of the call.
enum IKeeper: ComInterface {
  typealias Methods = any Keeping
  static let iid: GUID = "A1F000C4-0000-4000-8000-F100F1A00001"
  static let name = "IKeeper"
  static func methods(of object: AnyObject) -> (any Keeping)? { object as? any Keeping }

  static let keep = Method(3, "Keep") {
    (keeper: any Keeping, pointer: OwnedPointer) throws(HResult) -> Nothing in
    try keeper.keep(pointer)
  }
  static let use = Method(4, "Use") {
    (keeper: any Keeping, pointer: OwnedPointer, amount: Int32) throws(HResult) -> Int32 in
    try keeper.use(pointer, amount)
  }
  static let useKept = Method(5, "UseKept") {
    (keeper: any Keeping, amount: Int32) throws(HResult) -> Int32 in try keeper.useKept(amount)
  }
  static let exchange = Method(6, "Exchange") {
    (keeper: any Keeping, pointer: OwnedPointer) throws(HResult) -> OwnedPointer in
    try keeper.exchange(pointer)
  }
  static let drop = Method(7, "Drop") {
    (keeper: any Keeping) throws(HResult) -> Nothing in try keeper.drop()
  }
  static let stubs: [StubMethod<Methods>] = [
    keep.stub, use.stub, useKept.stub, exchange.stub, drop.stub,
  ]
}

extension InterfacePointer where I == IKeeper, Self: ~Copyable {
  func keep(
    _ pointer: OwnedPointer, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) {
    _ = try call(IKeeper.keep, file, line, pointer) { keeper throws(HResult) in
      try keeper.keep(pointer)
    }
  }

  func use(
    _ pointer: OwnedPointer, _ amount: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IKeeper.use, file, line, pointer, amount) { keeper throws(HResult) in
      try keeper.use(pointer, amount)
    }
  }

  func useKept(
    _ amount: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IKeeper.useKept, file, line, amount) { keeper throws(HResult) in
      try keeper.useKept(amount)
    }
  }

  func exchange(
    _ pointer: OwnedPointer, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> OwnedPointer {
    try call(IKeeper.exchange, file, line, pointer) { keeper throws(HResult) in
      try keeper.exchange(pointer)
    }
  }

  func drop(file: StaticString = #fileID, line: UInt32 = #line) throws(HResult) {
    _ = try call(IKeeper.drop, file, line) { keeper throws(HResult) in try keeper.drop() }
  }
}

final class Keeper: ComObject, Keeping {
  override class var interfaces: [any ComInterface.Type] { [IKeeper.self] }

  private let kept: ComField<ICounter>

  init() throws(HResult) {
    kept = try field("Keeper.kept")
    try super.init(name: "Keeper")
  }

  func keep(_ pointer: OwnedPointer) throws(HResult) -> Nothing {
    try kept.attach(pointer)
    return Nothing()
  }

  func use(_ pointer: OwnedPointer, _ amount: Int32) throws(HResult) -> Int32 {
    let counter = try pointer.take(ICounter.self)
    return try counter.increment(amount)
  }

  func useKept(_ amount: Int32) throws(HResult) -> Int32 { try kept.pointer().increment(amount) }

  /// Keeps the pointer and hands the one back that it had.
  func exchange(_ pointer: OwnedPointer) throws(HResult) -> OwnedPointer {
    let before = try kept.pointer().query(ICounter.self)
    try kept.attach(pointer)
    return before.detach()
  }

  func drop() throws(HResult) -> Nothing {
    kept.clear()
    return Nothing()
  }

  override func finalRelease() { kept.clear() }
}

// MARK: Values

protocol Echoing: AnyObject {
  func echo(_ text: String, _ numbers: [Int32], _ guid: GUID, _ long: Int64, _ flag: Bool)
    throws(HResult) -> [String]
}

/// Values of every kind, there and back.
enum IEcho: ComInterface {
  typealias Methods = any Echoing
  static let iid: GUID = "A1F000C5-0000-4000-8000-F100F1A00001"
  static let name = "IEcho"
  static func methods(of object: AnyObject) -> (any Echoing)? { object as? any Echoing }

  static let echo = Method(3, "Echo") {
    (
      echo: any Echoing, text: String, numbers: [Int32], guid: GUID, long: Int64, flag: Bool
    ) throws(HResult) -> [String] in
    try echo.echo(text, numbers, guid, long, flag)
  }
  static let stubs: [StubMethod<Methods>] = [echo.stub]
}

extension InterfacePointer where I == IEcho, Self: ~Copyable {
  func echo(
    _ text: String, _ numbers: [Int32], _ guid: GUID, _ long: Int64, _ flag: Bool,
    file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> [String] {
    try call(IEcho.echo, file, line, text, numbers, guid, long, flag) { echo throws(HResult) in
      try echo.echo(text, numbers, guid, long, flag)
    }
  }
}

final class Echo: ComObject, Echoing {
  override class var interfaces: [any ComInterface.Type] { [IEcho.self] }

  init() throws(HResult) { try super.init(name: "Echo") }

  func echo(
    _ text: String, _ numbers: [Int32], _ guid: GUID, _ long: Int64, _ flag: Bool
  ) throws(HResult) -> [String] {
    [text] + numbers.map { String($0) } + [guid.description, String(long), String(flag)]
  }
}

// MARK: Calling back

protocol Partnering: AnyObject {
  func ping(_ depth: Int32) throws(HResult) -> Int32
  func meet(_ other: OwnedPointer) throws(HResult) -> Nothing
}

/// Two objects that call each other back and forth.
enum IPartner: ComInterface {
  typealias Methods = any Partnering
  static let iid: GUID = "A1F000C6-0000-4000-8000-F100F1A00001"
  static let name = "IPartner"
  static func methods(of object: AnyObject) -> (any Partnering)? { object as? any Partnering }

  static let ping = Method(3, "Ping") {
    (partner: any Partnering, depth: Int32) throws(HResult) -> Int32 in try partner.ping(depth)
  }
  static let meet = Method(4, "Meet") {
    (partner: any Partnering, other: OwnedPointer) throws(HResult) -> Nothing in
    try partner.meet(other)
  }
  static let stubs: [StubMethod<Methods>] = [ping.stub, meet.stub]
}

extension InterfacePointer where I == IPartner, Self: ~Copyable {
  func ping(
    _ depth: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IPartner.ping, file, line, depth) { partner throws(HResult) in
      try partner.ping(depth)
    }
  }

  func meet(
    _ other: OwnedPointer, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) {
    _ = try call(IPartner.meet, file, line, other) { partner throws(HResult) in
      try partner.meet(other)
    }
  }
}

/// Does what it is told, then calls its partner with one less.
final class Partner: ComObject, Partnering {
  override class var interfaces: [any ComInterface.Type] { [IPartner.self, ICounter.self] }

  let other: ComField<IPartner>
  private let act: @Sendable (Partner, Int32) throws(HResult) -> Void

  init(
    _ name: String, act: @escaping @Sendable (Partner, Int32) throws(HResult) -> Void = { _, _ in }
  ) throws(HResult) {
    other = try field("\(name).other")
    self.act = act
    try super.init(name: name)
  }

  func ping(_ depth: Int32) throws(HResult) -> Int32 {
    try act(self, depth)
    guard depth > 0, !other.isEmpty else { return 0 }
    return try other.pointer().ping(depth - 1) + 1
  }

  func meet(_ other: OwnedPointer) throws(HResult) -> Nothing {
    try self.other.attach(other)
    return Nothing()
  }

  override func finalRelease() { other.clear() }
}
