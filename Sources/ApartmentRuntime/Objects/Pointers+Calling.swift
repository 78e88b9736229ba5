import ThreadKernel
import Trace

extension InterfacePointer where Self: ~Copyable {
  /// Calls a method: by a direct pointer on this thread, by a proxy wherever its object lives.
  ///
  /// A direct call is not checked by COM (APT-11). It tells enter and leave when someone listens,
  /// and costs a load more than the method itself when nobody does.
  @inline(__always)
  public func call<Result: Wire, each Argument: Wire>(
    _ method: Method<I.Methods, Result, repeat each Argument>, _ file: StaticString,
    _ line: UInt32, _ argument: repeat each Argument
  ) throws(HResult) -> Result {
    let value = value
    if let methods = value.methods, !value.unknown.kernel.isTold {
      return try method.body(methods, repeat each argument)
    }
    return try value.callTold(method, SourceSite(file, line), repeat each argument)
  }
}

extension PointerValue {
  @inline(never)
  func callTold<Result: Wire, each Argument: Wire>(
    _ method: Method<I.Methods, Result, repeat each Argument>, _ site: SourceSite,
    _ argument: repeat each Argument
  ) throws(HResult) -> Result {
    try Kernel.at(site) { () throws(HResult) -> Result in
      try unknown.refuseIfDead(.call, by: .of(nil, in: unknown.kernel))
      guard let methods else { return try callProxy(method, repeat each argument) }
      return try unknown.run(method.name, .direct) { () throws(HResult) -> Result in
        try method.body(methods, repeat each argument)
      }
    }
  }

  private func callProxy<Result: Wire, each Argument: Wire>(
    _ method: Method<I.Methods, Result, repeat each Argument>, _ argument: repeat each Argument
  ) throws(HResult) -> Result {
    guard let proxy = unknown as? Proxy else { throw .E_NOINTERFACE }
    let outgoing = try proxy.begin(I.iid, slot: method.slot, method: method.name)
    var writer = outgoing.writer
    repeat try (each argument).write(to: &writer)
    var reader = try outgoing.send(writer.bytes)
    return try outgoing.finish { () throws(HResult) -> Result in
      try Result.read(from: &reader)
    }
  }
}

extension Unknown {
  /// Runs a method of the object on this thread, and tells.
  func run<Result>(
    _ method: StaticString, _ path: CallPath, _ body: () throws(HResult) -> Result
  ) throws(HResult) -> Result {
    guard kernel.isTold else { return try body() }
    kernel.tell(.methodEntered(id, kernel.name(ofLiteral: method), path))
    do throws(HResult) {
      let result = try body()
      kernel.tell(.methodLeft(id, .S_OK))
      return result
    } catch {
      kernel.tell(.methodLeft(id, error))
      throw error
    }
  }
}
