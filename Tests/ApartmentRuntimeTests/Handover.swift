import ApartmentRuntime
import ThreadKernel
import Trace

/// A packet of an object that a server thread made, on its way to others.
struct Handover<I: ComInterface>: Sendable {
  let stream: ComField<IStream>
  let ready: Signal

  /// Waits for the packet and opens it, from the beginning of the stream.
  func open(as holder: String? = nil) throws -> ComPtr<I> {
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
    try waitForSingleObject(.signal(ready))
    try stream.pointer().seek(to: 0)
    try coReleaseMarshalData(stream.pointer())
  }

  /// A stream of its own with the same bytes.
  func copy() throws -> ComPtr<IStream> {
    try waitForSingleObject(.signal(ready))
    let copy = createStream()
    try copy.write(stream.pointer().bytes())
    try copy.seek(to: 0)
    return copy
  }
}

extension Program {
  /// Starts a thread that makes an object in an apartment of its own, hands a packet of it out and
  /// serves calls until the run is at rest.
  ///
  /// - Parameters:
  ///   - keeps: whether the thread keeps the pointer that it made the object with.
  ///   - atEnd: what it does when its loop has ended.
  func server<I: ComInterface>(
    _ interface: I.Type, _ model: Coinit = .apartmentThreaded, _ flags: MarshalFlags = .normal,
    keeps: Bool = false, _ make: @escaping @Sendable () throws -> ComObject,
    atEnd: @escaping @Sendable () throws -> Void = {}
  ) -> Handover<I> {
    let handover = Handover<I>(stream: field("handover"), ready: signal())
    let name = "server"
    thread(name, model) {
      let own: ComField<I> = field("server.own")
      own.set(ComPtr(try make()))
      let stream = createStream()
      try coMarshalInterface(stream, I.iid, own.pointer(), flags)
      handover.stream.set(stream)
      if !keeps { own.clear() }
      handover.ready.set()
      pump()
      try atEnd()
      own.clear()
      handover.stream.clear()
    }
    return handover
  }
}
