import Trace

/// A thing on the screen that can be selected, inspected and explained.
public enum Selectable: Hashable, Sendable {
  case thread(ThreadID)
  case apartment(ApartmentID)
  /// A component, a proxy or a stream.
  case object(ObjectID)
  case stub(StubID)
  case packet(PacketID)
  case call(CallID)
  case field(Name)
  case cell(Name)
  case registeredClass(ClassID)
  case module(ModuleID)
  /// A class object that was registered at run time.
  case registration(RegistrationID)
  /// A cookie of the global interface table.
  case global(GlobalID)
  case process(ProcessID)
  /// The service control manager.
  case scm
  /// What the SCM was asked.
  case request(RequestID)

  /// What a hit region on the canvas carries: `thread 1.2`.
  public var id: String {
    switch self {
    case .thread(let id): "thread \(id)"
    case .apartment(let id): "apartment \(id)"
    case .object(let id): "object \(id)"
    case .stub(let id): "stub \(id)"
    case .packet(let id): "packet \(id)"
    case .call(let id): "call \(id)"
    case .field(let name): "field \(name)"
    case .cell(let name): "cell \(name)"
    case .registeredClass(let id): "class \(id)"
    case .module(let id): "module \(id)"
    case .registration(let id): "registration \(id)"
    case .global(let id): "global \(id)"
    case .process(let id): "process \(id)"
    case .scm: "scm 0"
    case .request(let id): "request \(id)"
    }
  }

  /// The thing that a hit region means; nil for a region that means something else.
  public init?(id: String) {
    let words = id.split(separator: " ")
    guard words.count == 2 else { return nil }
    if words[0] == "thread" {
      let parts = words[1].split(separator: ".").compactMap { UInt16($0) }
      guard parts.count == 2 else { return nil }
      self = .thread(ThreadID(process: parts[0], number: parts[1]))
      return
    }
    guard let number = UInt32(words[1]) else { return nil }
    switch words[0] {
    case "apartment": self = .apartment(ApartmentID(number))
    case "object": self = .object(ObjectID(number))
    case "stub": self = .stub(StubID(number))
    case "packet": self = .packet(PacketID(number))
    case "call": self = .call(CallID(number))
    case "field": self = .field(Name(number))
    case "cell": self = .cell(Name(number))
    case "class": self = .registeredClass(ClassID(number))
    case "module": self = .module(ModuleID(number))
    case "registration": self = .registration(RegistrationID(number))
    case "global": self = .global(GlobalID(number))
    case "process": self = .process(ProcessID(number))
    case "scm": self = .scm
    case "request": self = .request(RequestID(number))
    default: return nil
    }
  }
}
