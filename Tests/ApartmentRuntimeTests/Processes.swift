import ApartmentRuntime
import ThreadKernel
import Trace

/// Other processes of a run, and bytes that go between them by hand.
extension Program {
  /// Starts another process; `main` runs on its thread of that name.
  func start(
    _ name: String, _ model: Coinit? = nil, settings: ComProcess.Settings = .init(),
    _ main: @escaping @Sendable (Program) throws -> Void
  ) {
    let notes = notes
    let registry = process.registry
    let kernel = kernel
    let id = kernel.startProcess(
      name,
      .inside { [unowned kernel] id in
        let start = ComProcess.Start(name: name, commandLine: name, settings: settings)
        let process = ComProcess(of: id, start, in: kernel, registry: registry)
        process.registerInterfaces()
        let program = Program(process: process, notes: notes, isSplit: true)
        process.run { program.body(name, model, main) }
      })
    if id == nil { notes.fail("\(name) does not start") }
  }

  private func body(
    _ name: String, _ model: Coinit?, _ main: (Program) throws -> Void
  ) {
    do {
      if let model { try coInitializeEx(model) }
      defer { if model != nil { coUninitialize() } }
      try main(self)
    } catch {
      if !kernel.isAbandoned { notes.fail("\(name): \(error)") }
    }
  }

  func handed<I: ComInterface>(_ interface: I.Type = I.self) -> Handed<I> {
    Handed(ready: signal())
  }
}

/// The bytes of a packet, handed from one process to another: in a file, say.
struct Handed<I: ComInterface>: Sendable {
  private let content = Guarded<[UInt8]>([])
  let ready: Signal

  init(ready: Signal) { self.ready = ready }

  var bytes: [UInt8] { content.withLock { $0 } }

  func put<Pointer>(
    _ pointer: borrowing Pointer, _ flags: MarshalFlags = .normal
  ) throws where Pointer: InterfacePointer & ~Copyable {
    let stream = createStream()
    try coMarshalInterface(stream, I.iid, pointer, flags, for: .local)
    put(try stream.bytes())
  }

  func put(_ bytes: [UInt8]) {
    content.withLock { $0 = bytes }
    ready.set()
  }

  /// A stream of the calling process with the bytes, once they are there.
  ///
  /// - Parameter patience: how long to wait for them, where who makes them may die before.
  func stream(patience: UInt64? = nil) throws -> ComPtr<IStream> {
    if let patience {
      try coWaitForHandle(.signal(ready), timeout: patience)
    } else {
      try waitForSingleObject(.signal(ready))
    }
    let stream = createStream()
    try stream.write(bytes)
    try stream.seek(to: 0)
    return stream
  }

  func open(as holder: String? = nil, patience: UInt64? = nil) throws -> ComPtr<I> {
    try coUnmarshalInterface(stream(patience: patience), I.self, as: holder)
  }
}
