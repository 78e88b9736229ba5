import TerminalUI
import Trace

/// What things are called on the plan: by number and name, never by an address.
extension PlanContext {
  /// `2 worker`.
  func label(_ id: ThreadID) -> String {
    guard let thread = world.threads[id] else { return "somebody" }
    return "\(id.number) \(world[thread.name])"
  }

  /// `worker`, for texts that say who without the key; with its process where there are two.
  func name(_ id: ThreadID) -> String {
    guard let thread = world.threads[id] else { return "somebody" }
    return world[thread.name] + process(id.processID)
  }

  /// `main STA`.
  func label(_ id: ApartmentID) -> String {
    guard let label = labels[id] else { return "an apartment that has ended" }
    return label + process(world.apartments[id]?.process ?? .none)
  }

  /// ` of server 1`; nothing while there is one process only.
  private func process(_ id: ProcessID) -> String {
    guard world.processes.count > 1, let process = world.processes[id] else { return "" }
    return " of " + world[process.name]
  }

  /// `ServiceProvider`, `proxy 1`, `stream 1`.
  func label(_ id: ObjectID) -> String {
    guard let object = world.objects[id] else { return "nothing" }
    switch object.role {
    case .component: return world[object.name]
    case .proxy: return "proxy \(object.stub)"
    case .stream: return "stream \(index.streamNumbers[id] ?? 1)"
    }
  }

  /// Who holds, as the program names it: `Package.m_pSPStream`, `stub 1`.
  func label(_ holder: Holder) -> String {
    switch holder {
    case .named(let name): world[name]
    case .local(let thread): "a local of \(name(thread))"
    case .stub(let id): "stub \(id)"
    case .packet(let id): "packet \(id)"
    case .com: "COM"
    }
  }

  /// The same without the owner: `m_pSPStream`.
  func shortLabel(_ holder: Holder) -> String {
    switch holder {
    case .named(let name): Self.split(world[name]).field
    case .local(let thread): "local of \(name(thread))"
    case .stub, .packet, .com: label(holder)
    }
  }

  func label(_ holder: PublicHolder) -> String {
    switch holder {
    case .stub: "nobody"
    case .packet(let id): "packet \(id)"
    case .proxy(let id): label(id)
    }
  }

  /// `GetService:41`: a place in the source without the file's extension.
  func label(_ site: World.Site) -> String {
    guard site.line > 0 else { return "" }
    let file = world[site.file].split(separator: "/").last.map(String.init) ?? ""
    let stem = file.split(separator: ".").first.map(String.init) ?? file
    return "\(stem):\(site.line)"
  }

  /// The interface of an interface stub; empty where it is not known.
  func interface(_ id: InterfaceStubID) -> String {
    world.interfaceStubs[id].map { world[$0.interface] } ?? ""
  }

  /// The interfaces of several: `IServiceProvider, IService`.
  func interfaces(_ ids: [InterfaceStubID]) -> String {
    ids.map(interface).filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// `ICounter.Increment`.
  func method(_ call: World.Call) -> String {
    let interface = interface(call.interfaceStub)
    return interface.isEmpty ? world[call.method] : interface + "." + world[call.method]
  }

  /// `Package.m_pSPStream` as owner and field; no owner where the name has none.
  static func split(_ name: String) -> (owner: String, field: String) {
    guard let dot = name.firstIndex(of: ".") else { return ("", name) }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }
}
