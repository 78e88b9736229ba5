import TerminalUI
import Trace

/// What things are called on the plan: by number and name, never by an address.
extension PlanContext {
  /// `2 worker`; with its process where there are several.
  func label(_ id: ThreadID) -> String {
    guard !id.isNone else { return world.label(thread: id) }
    return shortLabel(id) + ofProcess(id.processID)
  }

  /// `2 worker`, where the process is seen from what stands round it.
  func shortLabel(_ id: ThreadID) -> String {
    guard let thread = world.threads[id] else { return world.label(thread: id) }
    let name = world[thread.name]
    return name.isEmpty ? "\(numbers[id])" : "\(numbers[id]) \(name)"
  }

  /// `worker`, for texts that say who without the key; with its process where there are several.
  func name(_ id: ThreadID) -> String {
    guard let thread = world.threads[id] else { return "somebody" }
    return world[thread.name] + ofProcess(id.processID)
  }

  /// `worker`, or the process where that is another one: `client A`.
  func caller(of call: World.Call) -> String {
    let home = world.apartments[call.target]?.process ?? call.caller.processID
    return home == call.caller.processID ? name(call.caller) : label(call.caller.processID)
  }

  /// `main STA`: as the cast calls it.
  func label(_ id: ApartmentID) -> String {
    guard let apartment = world.apartments[id] else { return world.label(apartment: id) }
    return title(id) + ofProcess(apartment.process)
  }

  /// What stands in the wall of a room; its process is said elsewhere.
  func title(_ id: ApartmentID) -> String { labels[id] ?? world.label(apartment: id) }

  /// `server 1`: the process with that number.
  func process(_ number: UInt16) -> String { world.label(process: ProcessID(UInt32(number))) }

  /// ` of server 1`; nothing where there is one process only.
  private func ofProcess(_ id: ProcessID) -> String {
    world.hasProcesses ? " of " + world.label(process: id) : ""
  }

  /// `ServiceProvider`, `proxy 1`, `stream 1`: as `World.label(object:)` has it.
  func label(_ id: ObjectID) -> String {
    guard let object = world.objects[id] else { return world.label(object: id) }
    switch object.role {
    case .component:
      let name = world[object.name]
      return index.ranks[id].map { "\(name) \($0)" } ?? name
    case .proxy: return world.label(object: id)
    case .stream: return "stream \(index.ranks[id] ?? 1)"
    }
  }

  func label(_ id: ClassID) -> String { world.label(class: id) }

  /// `counter.dll`.
  func label(_ id: ModuleID) -> String { world.label(module: id) }

  /// `packet 1` by the stub that it came from: as `World.label(packet:)` has it.
  func label(_ id: PacketID) -> String { world.label(packet: id) }

  /// Who holds, as the program names it: `Package.m_pSPStream`, `stub 1`.
  func label(_ holder: Holder) -> String {
    if case .local(let thread) = holder { return "a local of \(shortLabel(thread))" }
    return world.label(holder: holder)
  }

  /// The same in fewer words: `m_pSPStream`, without its owner.
  func shortLabel(_ holder: Holder) -> String {
    switch holder {
    case .named(let name): name.isNone ? "somebody" : Self.split(world[name]).field
    case .local: "a local"
    case .stub, .packet, .com: label(holder)
    }
  }

  func label(_ holder: PublicHolder) -> String {
    switch holder {
    case .stub: "nobody"
    case .packet(let id): label(id)
    case .proxy(let id): place(of: id)
    }
  }

  /// `proxy 1`; the process that it is in, where that is not the stub's: each may have one.
  private func place(of proxy: ObjectID) -> String {
    guard let object = world.objects[proxy], let stub = world.stubs[object.stub],
      let home = world.apartments[stub.apartment]?.process, home != object.process
    else { return label(proxy) }
    return label(object.process)
  }

  /// `client A`, `dead client A`.
  private func label(_ process: ProcessID) -> String {
    (world.isKilled(process) ? "dead " : "") + world.label(process: process)
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
