import ThreadKernel
import Trace

extension InterfacePointer where Self: ~Copyable {
  /// Calls a method: by a direct pointer on this thread, by a proxy wherever its object lives.
  ///
  /// A direct call is not checked by COM (APT-11). It tells enter and leave when someone listens,
  /// and costs a load more than the method itself when nobody does. So that the compiler can see
  /// through it, the call of the component's own method comes along as `direct`.
  @inlinable
  @inline(__always)
  public func call<Result: Wire, each Argument: Wire>(
    _ method: @autoclosure () -> Method<I.Methods, Result, repeat each Argument>,
    _ file: StaticString, _ line: UInt32, _ argument: repeat each Argument,
    direct: (I.Methods) throws(HResult) -> Result
  ) throws(HResult) -> Result {
    if let methods = value.unheardMethods { return try direct(methods) }
    let method = method()
    return try callTold(method, SourceSite(file, line), repeat each argument, direct: direct)
  }

  @inlinable
  @inline(never)
  func callTold<Result: Wire, each Argument: Wire>(
    _ method: Method<I.Methods, Result, repeat each Argument>, _ site: SourceSite,
    _ argument: repeat each Argument, direct: (I.Methods) throws(HResult) -> Result
  ) throws(HResult) -> Result {
    let unknown = value.unknown
    let before = Kernel.enter(site)
    defer { Kernel.leave(to: before) }
    try unknown.refuseIfDead(.call, by: .local)
    guard let methods = value.methods else {
      let outgoing = try unknown.beginCall(I.iid, slot: method.slot, method: method.name)
      var writer = outgoing.writer
      do throws(HResult) {
        repeat try (each argument).write(to: &writer)
      } catch {
        outgoing.cancel(writer)
        throw error
      }
      var reader = try outgoing.send(writer)
      do throws(HResult) {
        let result = try Result.read(from: &reader)
        outgoing.finish()
        return result
      } catch {
        outgoing.fail(error, reader)
        throw error
      }
    }
    let part = unknown.running(I.iid)
    try part.requireCode(for: method.name)
    part.tellEntered(method.name, .direct)
    do throws(HResult) {
      let result = try direct(methods)
      try part.requireCode(for: method.name)
      part.tellLeft(.S_OK)
      return result
    } catch {
      part.tellLeft(error)
      throw error
    }
  }
}

extension Unknown {
  /// The head of a call through a proxy.
  ///
  /// - Throws: `E_NOINTERFACE` where the identity is none; what the proxy's rules of use refuse.
  @usableFromInline
  func beginCall(
    _ iid: GUID, slot: UInt16, method: StaticString
  ) throws(HResult) -> Outgoing {
    guard let proxy = self as? Proxy else { throw .E_NOINTERFACE }
    return try proxy.begin(iid, slot: slot, method: method)
  }

  /// Whose code runs when a method of the interface is called.
  @usableFromInline
  func running(_ iid: GUID) -> Unknown { part(with: iid) }

  @usableFromInline
  func tellEntered(_ method: StaticString, _ path: CallPath) {
    kernel.tell(.methodEntered(id, kernel.name(ofLiteral: method), path))
  }

  @usableFromInline
  func tellLeft(_ result: HResult) { kernel.tell(.methodLeft(id, result)) }
}

extension Holder {
  /// A local variable of the calling thread.
  @usableFromInline
  static var local: Holder { .local(KernelThread.current?.id ?? .none) }
}
