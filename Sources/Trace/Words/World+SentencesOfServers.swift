/// What is said of classes, modules, activations, message filters and measurements.
extension World {
  func sentenceOfServers(_ kind: EventKind) -> String {
    switch kind {
    case .classKnown(let id, _, .none, _): "the registry has no module for \(label(class: id))"
    case .classKnown(let id, _, let module, let model):
      "the registry has \(label(class: id)): \(self[module]), \(phrase(model: model))"
    case .moduleLoaded(let id, _): "loads \(label(module: id))"
    case .moduleCounts(let id, let objects, let locks):
      "\(label(module: id)): \(Self.count(objects, "object")), \(Self.count(locks, "lock"))"
    case .moduleCandidate(let id, _): "\(label(module: id)) may go if it is still unused later"
    case .moduleUnloaded(let id): "unloads \(label(module: id))"
    case .unloadedCodeRun(let id, let method):
      "runs \(self[method]) in \(label(module: id)), which is not there any more"
    case .classObjectRegistered(_, let ofClass, let object, _, _):
      "registers \(label(object: object)) for \(label(class: ofClass))"
    case .classObjectRevoked(let id):
      "revokes the class object of \(label(class: registrations[id]?.ofClass ?? .none))"
    case .activated(let ofClass, .none, let result):
      "gets no \(label(class: ofClass)): \(result.name)"
    case .activated(_, let object, _): "gets \(label(object: object))"
    case .globalRegistered(let id, let packet):
      "the table keeps \(label(packet: packet)) under cookie \(id)"
    case .globalRevoked(let id): "the table gives cookie \(id) up"
    default: sentenceOfRooms(kind)
    }
  }

  private func sentenceOfRooms(_ kind: EventKind) -> String {
    switch kind {
    case .contextEntered(let id): "goes into \(label(apartment: id)) itself"
    case .contextLeft(let id): "comes out of \(label(apartment: id))"
    case .messageFilterSet(let id, .none): "\(label(apartment: id)) has no message filter"
    case .messageFilterSet(let id, let object):
      "\(label(apartment: id)) has \(label(object: object)) as its message filter"
    case .aggregated(let inner, let outer):
      "\(label(object: inner)) is a part of \(label(object: outer)) now"
    case .objectAgile(let object): "\(label(object: object)) may be called in any apartment"
    case .objectOfModule(let object, let module):
      "\(label(object: object)) is of \(label(module: module))"
    case .callRejected(let id, .retryLater): "does not take \(label(call: id)): retry later"
    case .callRejected(let id, _): "does not take \(label(call: id)): rejected"
    case .callRetried(let id, _): "will send \(label(call: id)) again"
    case .callCancelled(let id): "\(label(call: id)) is to be cancelled"
    case .callAsynchronous(let id): "does not wait for \(label(call: id))"
    case .sectionBegan(let name): "counts from here: \(self[name])"
    case .sectionEnded(let name): sentence(ofSection: name)
    case .measured(let name, let picoseconds, let calls, let scmCalls, let machine):
      "measured on \(self[machine]): \(self[name]), \(Self.time(picoseconds: picoseconds)) "
        + "(median of \(calls))"
        + (scmCalls == 0 ? "" : ", " + Self.count(scmCalls, "SCM call"))
    default: ""
    }
  }

  private func sentence(ofSection name: Name) -> String {
    guard let section = sections.last(where: { $0.name == name }) else {
      return "counts no more: \(self[name])"
    }
    return "\(self[name]): \(Self.count(section.handOffs, "hand-off")), "
      + "\(Self.count(section.packets, "packet")), \(Self.count(section.bytes, "byte"))"
  }

  /// `1 object`, `2 objects`.
  public static func count(_ count: some BinaryInteger, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  private func phrase(model: Name) -> String {
    model.isNone ? "no ThreadingModel" : "ThreadingModel \(self[model])"
  }

  /// The class's name.
  public func label(class id: ClassID) -> String {
    guard let name = classes[id]?.name, !name.isNone else { return "class \(id)" }
    return self[name]
  }

  /// The module's file name; numbered from its second load on.
  public func label(module id: ModuleID) -> String {
    guard let module = modules[id] else { return "module \(id)" }
    let before = modules.values.count { $0.name == module.name && $0.id < id }
    return before == 0 ? self[module.name] : "\(self[module.name]), load \(before + 1)"
  }

  /// A time with three digits and its unit: `1.43 ns`, `7.9 µs`.
  public static func time(picoseconds: UInt64) -> String {
    let units: [(UInt64, String)] = [
      (1_000_000_000_000, "s"), (1_000_000_000, "ms"), (1_000_000, "µs"), (1_000, "ns"), (1, "ps"),
    ]
    guard let (size, unit) = units.first(where: { picoseconds >= $0.0 }) else { return "0 ps" }
    let whole = picoseconds / size
    if whole >= 100 || size == 1 { return "\(whole) \(unit)" }
    let digits: UInt64 = whole >= 10 ? 10 : 100
    let fraction = picoseconds % size * digits / size
    let text = String(fraction)
    let padded = String(repeating: "0", count: (digits == 10 ? 1 : 2) - text.count) + text
    return "\(whole).\(padded) \(unit)"
  }
}
