import ThreadKernel
import Trace

/// A reference that marshals itself (fact S8): any thread gets a pointer from it that is right for
/// its apartment, with no special code. What .NET's runtime-callable wrapper does.
///
/// It keeps a table-strong packet, made in the apartment of the pointer that it was given, and
/// opens it once for each apartment that asks.
public final class ManagedReference<I: ComInterface>: Sendable {
  /// What one apartment has of the object: the object itself in its own, a proxy elsewhere.
  private struct Local: Sendable {
    let value: PointerValue<I>
    let reference: ReferenceID
  }

  private struct State: Sendable {
    var locals: [ApartmentID: Local] = [:]
    var isDisposed = false
  }

  private let kernel: Kernel
  /// Whose name stands beside the counts.
  public let name: String
  private let packet: Marshalled
  private let state = ShortLock(State())

  private var holder: Holder { .named(kernel.name(name)) }

  /// Keeps a pointer of the calling thread's apartment.
  ///
  /// - Throws: what marshalling it answers.
  public init(
    _ pointer: borrowing some InterfacePointer<I> & ~Copyable, name: String,
    file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) {
    let object = pointer.value.unknown
    self.name = name
    kernel = object.kernel
    packet = try api("ManagedReference", file, line) { thread throws(HResult) in
      try thread.marshal(object, I.iid, .tableStrong)
    }
  }

  /// The pointer for the calling thread. A thread that has entered no apartment enters the MTA
  /// first, as the threads of managed code do. It is valid until `dispose`.
  ///
  /// - Throws: `CO_E_OBJNOTCONNECTED` once it was disposed of; what unmarshalling answers.
  public func pointer(
    file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> RawPointer<I> {
    let thread = ComThread.current
    if thread.entered == nil { try coInitializeEx(.multithreaded, file: file, line: line) }
    let apartment = try thread.requireApartment()
    let (known, isDisposed) = state.withLock { ($0.locals[apartment.id], $0.isDisposed) }
    guard !isDisposed else { throw .CO_E_OBJNOTCONNECTED }
    if let known { return RawPointer(known.value) }
    let opened = try api("ManagedReference.pointer", file, line) { thread throws(HResult) in
      let owned = try thread.process.unmarshal(
        try packet.reference(), packet.packet, in: apartment)
      return try owned.take(I.self, as: name)
    }
    return try keep(opened, in: apartment.id)
  }

  /// Keeps what this thread has opened, unless another thread of the apartment came first or the
  /// reference was disposed of meanwhile.
  private func keep(
    _ opened: consuming ComPtr<I>, in apartment: ApartmentID
  ) throws(HResult) -> RawPointer<I> {
    let (value, reference) = opened.surrender(to: holder)
    let mine = Local(value: value, reference: reference)
    let (kept, isMine) = state.withLock { state -> (Local?, Bool) in
      guard !state.isDisposed else { return (nil, false) }
      if let known = state.locals[apartment] { return (known, false) }
      state.locals[apartment] = mine
      return (mine, true)
    }
    if !isMine { value.unknown.release(reference, by: holder) }
    guard let kept else { throw .CO_E_OBJNOTCONNECTED }
    return RawPointer(kept.value)
  }

  /// Gives everything back: what each apartment has, then the packet. Any thread may do it, and
  /// again does no harm.
  public func dispose(file: StaticString = #fileID, line: UInt32 = #line) {
    let locals = state.withLock { state -> [(ApartmentID, Local)]? in
      guard !state.isDisposed else { return nil }
      state.isDisposed = true
      defer { state.locals = [:] }
      return state.locals.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
    guard let locals else { return }
    _ = try? api("ManagedReference.dispose", file, line) { thread throws(HResult) in
      for (_, local) in locals { local.value.unknown.release(local.reference, by: holder) }
      // The packet keeps the object until last, so that its end comes on its own thread.
      try thread.release(try packet.reference(), packet.packet)
    }
  }
}
