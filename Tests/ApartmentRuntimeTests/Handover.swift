import ApartmentRuntime
import ThreadKernel
import Trace

/// A packet of an object that a server thread made, on its way to others.
struct Handover<I: ComInterface>: Sendable {
  let stream: ComField<IStream>
  let ready: Signal
  /// The bytes, where the server is another process.
  var handed: Handed<I>?

  /// Waits for the packet and opens it, from the beginning of the stream.
  func open(as holder: String? = nil) throws -> ComPtr<I> {
    if let handed { return try handed.open(as: holder) }
    try waitForSingleObject(.signal(ready))
    try stream.pointer().seek(to: 0)
    return try coUnmarshalInterface(stream.pointer(), I.self, as: holder)
  }

  /// Waits for the packet and opens it from a stream of its own: for clients that run at once.
  func openCopy() throws -> ComPtr<I> {
    let copy = try copy()
    return try coUnmarshalInterface(copy, I.self)
  }

  /// Waits for the packet, and gives what it holds back.
  func release() throws {
    if let handed { return try coReleaseMarshalData(handed.stream()) }
    try waitForSingleObject(.signal(ready))
    try stream.pointer().seek(to: 0)
    try coReleaseMarshalData(stream.pointer())
  }

  /// A stream of its own with the same bytes.
  func copy() throws -> ComPtr<IStream> {
    if let handed { return try handed.stream() }
    try waitForSingleObject(.signal(ready))
    let copy = createStream()
    try copy.write(stream.pointer().bytes())
    try copy.seek(to: 0)
    return copy
  }
}

extension Program {
  /// Starts a thread that makes an object in an apartment of its own, hands a packet of it out and
  /// serves calls until the run is at rest. Where the program is split the thread is another
  /// process's.
  ///
  /// - Parameters:
  ///   - keeps: whether the thread keeps the pointer that it made the object with.
  ///   - atEnd: what it does when its loop has ended.
  func server<I: ComInterface>(
    _ interface: I.Type, _ model: Coinit = .apartmentThreaded, _ flags: MarshalFlags = .normal,
    keeps: Bool = false, _ make: @escaping @Sendable () throws -> ComObject,
    atEnd: @escaping @Sendable () throws -> Void = {}
  ) -> Handover<I> {
    var handover = Handover<I>(stream: field("handover"), ready: signal())
    if isSplit { handover.handed = Handed(ready: handover.ready) }
    let made = handover
    let body: @Sendable (Program) throws -> Void = { program in
      let own: ComField<I> = program.field("server.own")
      own.set(ComPtr(try make()))
      let stream = createStream()
      try coMarshalInterface(
        stream, I.iid, own.pointer(), flags, for: program.isSplit ? .local : .inProcess)
      if let handed = made.handed {
        if !keeps { own.clear() }
        try handed.put(stream.bytes())
      } else {
        made.stream.set(stream)
        if !keeps { own.clear() }
        made.ready.set()
      }
      pump()
      try atEnd()
      own.clear()
      made.stream.clear()
    }
    if isSplit {
      start("server", model, body)
    } else {
      thread("server", model) { try body(self) }
    }
    return handover
  }
}
