import ApartmentRuntime
import ThreadKernel
import Trace

/// A way from a caller to an object, the cheap ones first.
public enum PricePath: CaseIterable, Sendable {
  /// In the object's own room.
  case direct
  /// An object with the free-threaded marshaller, from another room.
  case freeThreaded
  /// Into the neutral apartment, on the caller's thread.
  case lightProxy
  case staToSTA, mtaToSTA, staToMTA

  /// Counts and figures stand under it.
  public var name: String {
    switch self {
    case .direct: "direct"
    case .freeThreaded: "FTM, direct"
    case .lightProxy: "light proxy"
    case .staToSTA: "STA → STA"
    case .mtaToSTA: "MTA → STA"
    case .staToMTA: "STA → MTA"
    }
  }
}

/// What is called: the smallest method there is. One thread at a time calls it
/// here, so it has no lock to pay for.
final class PriceCounter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private var sum: Int32 = 0

  init(_ name: String, isAgile: Bool = false, of module: Module? = nil) throws(HResult) {
    try super.init(name: name, of: module)
    if isAgile { try aggregateFreeThreadedMarshaler() }
  }

  @inline(never)
  func increment(_ by: Int32) throws(HResult) -> Int32 {
    sum &+= by
    return sum
  }

  func value() throws(HResult) -> Int32 { sum }
}

/// price.dll: the same counter under three ThreadingModels.
final class PriceModule: InProcessServer {
  static let apartment: GUID = "A1F00060-0000-4000-8000-F100F1A00001"
  static let neutral: GUID = "A1F00061-0000-4000-8000-F100F1A00001"
  static let free: GUID = "A1F00062-0000-4000-8000-F100F1A00001"
  static let file = "price.dll"

  static var entries: [ClassEntry] {
    [
      ClassEntry(apartment, "Counter", module: file, model: "Apartment"),
      ClassEntry(neutral, "NeutralCounter", module: file, model: "Neutral"),
      ClassEntry(free, "FreeCounter", module: file, model: "Free"),
    ]
  }

  static var onDisk: ModuleFile { ModuleFile(file) { PriceModule($0) } }

  private let module: Module

  init(_ module: Module) { self.module = module }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard let entry = Self.entries.first(where: { $0.clsid == clsid }) else {
      throw .CLASS_E_CLASSNOTAVAILABLE
    }
    let factory = try ClassFactory("Factory", of: module) { [module] _ throws(HResult) in
      try PriceCounter(entry.name, of: module)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}

/// What main hands to the others, and who may call when: one call at a time.
struct PriceHands: Sendable {
  enum Packet { case forDesk, forWeb, agile }

  let webMayCall: Signal
  let webHasCalled: Signal
  private let forDesk: ComField<IStream>
  private let forWeb: ComField<IStream>
  private let agile: ComField<IStream>

  init(in kernel: Kernel) {
    webMayCall = Signal(in: kernel)
    webHasCalled = Signal(in: kernel)
    forDesk = ComField("packets.forDesk", in: kernel)
    forWeb = ComField("packets.forWeb", in: kernel)
    agile = ComField("packets.agile", in: kernel)
  }

  private func field(_ packet: Packet) -> ComField<IStream> {
    switch packet {
    case .forDesk: forDesk
    case .forWeb: forWeb
    case .agile: agile
    }
  }

  /// Makes the counters of the calling thread's room, and packs them for the others.
  func fill(holder: String) throws(HResult) {
    let counter = ComPtr<ICounter>(try PriceCounter("Counter"), as: holder)
    let free = ComPtr<ICounter>(
      try PriceCounter("AgileCounter", isAgile: true), as: "\(holder) 2")
    for field in [forDesk, forWeb] {
      field.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
    }
    agile.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, free))
  }

  /// Opens a packet.
  func counter(_ packet: Packet, as holder: String) throws(HResult) -> ComPtr<ICounter> {
    let field = field(packet)
    defer { field.clear() }
    return try coUnmarshalInterface(field.pointer(), ICounter.self, as: holder)
  }
}

extension Stage {
  /// Tells what was measured.
  func tell(_ price: PriceBurst.Price) {
    kernel.tell(
      .measured(
        kernel.name(price.name), picoseconds: price.picoseconds, calls: price.calls,
        scmCalls: price.scmCalls, machine: kernel.name(PriceBurst.machine)))
  }
}
