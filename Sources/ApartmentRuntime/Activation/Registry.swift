import ThreadKernel
import Trace

/// A class as the registry has it: `CLSID\{…}\InprocServer32`.
public struct ClassEntry: Hashable, Sendable {
  public let clsid: GUID
  /// What people call the class.
  public let name: String
  /// The file of its in-process server, as the registry writes it.
  public let module: String
  /// The value `ThreadingModel`; nil where there is none.
  public let model: String?
  /// What the value stands for.
  public let threadingModel: ThreadingModel
  /// The module's file without its folder.
  let fileName: String
  /// The same as files are compared: case does not matter.
  let fileKey: String

  public init(_ clsid: GUID, _ name: String, module: String, model: String?) {
    self.clsid = clsid
    self.name = name
    self.module = module
    self.model = model
    threadingModel = ThreadingModel(registryText: model)
    fileName = module.split(separator: "\\").last.map(String.init) ?? module
    fileKey = fileName.lowercased()
  }
}

/// The functions that a module exports for COM (I3).
public struct ModuleExports: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `DllGetClassObject`.
  public static let getClassObject = ModuleExports(rawValue: 1)
  /// `DllCanUnloadNow`.
  public static let canUnloadNow = ModuleExports(rawValue: 2)
  public static let all: ModuleExports = [.getClassObject, .canUnloadNow]
}

/// What an in-process server exports. The module's global data is what the object stores: there is
/// one for each load, and several threads may be in it at once (I17, I18).
public protocol InProcessServer: AnyObject, Sendable {
  /// `DllGetClassObject`: the class object of that class, asked for that interface.
  ///
  /// - Throws: `CLASS_E_CLASSNOTAVAILABLE` for a class that is not the module's.
  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer
  /// `DllCanUnloadNow`: `S_OK` where nobody uses the module, `S_FALSE` where somebody does (I6).
  func dllCanUnloadNow() -> HResult
}

/// A module as it lies on the disk.
public struct ModuleFile: Sendable {
  public let name: String
  public let exports: ModuleExports
  let load: @Sendable (Module) -> any InProcessServer

  /// - Parameter load: what happens when a process loads it: its globals come to be.
  public init(
    _ name: String, exports: ModuleExports = .all,
    load: @escaping @Sendable (Module) -> any InProcessServer
  ) {
    self.name = name
    self.exports = exports
    self.load = load
  }
}

/// The machine's registry, with the module files that its entries name. Processes of one run can
/// share it.
public final class Registry: Sendable {
  private struct Content: Sendable {
    var entries: [GUID: ClassEntry] = [:]
    var order: [GUID] = []
    var files: [String: ModuleFile] = [:]
    /// The numbers under which a run was told of the classes.
    var numbers: [GUID: ClassID] = [:]
    weak var toldTo: Kernel?
  }

  private let content = ShortLock(Content())

  public init() {}

  /// Registers a class, as `DllRegisterServer` would; again: the last entry holds.
  public func add(_ entry: ClassEntry) {
    content.withLock { content in
      if content.entries.updateValue(entry, forKey: entry.clsid) == nil {
        content.order.append(entry.clsid)
      }
    }
  }

  /// Puts a module's file onto the disk.
  public func install(_ file: ModuleFile) {
    content.withLock { $0.files[file.name.lowercased()] = file }
  }

  /// The entry of a class.
  public func entry(_ clsid: GUID) -> ClassEntry? { content.withLock { $0.entries[clsid] } }

  /// All entries, as they were added.
  public var entries: [ClassEntry] {
    content.withLock { content in content.order.compactMap { content.entries[$0] } }
  }

  func file(_ key: String) -> ModuleFile? { content.withLock { $0.files[key] } }

  /// Tells a run of all classes that there are.
  func tell(_ kernel: Kernel) {
    for entry in entries { _ = number(of: entry.clsid, in: kernel) }
  }

  /// A class's number in a run, which is told of the class the first time.
  func number(of clsid: GUID, in kernel: Kernel) -> ClassID {
    guard kernel.isTold else { return .none }
    if let known = known(clsid, in: kernel) { return known }
    // Texts are told before the lock is taken.
    let entry = entry(clsid)
    let name = kernel.name(entry?.name ?? clsid.description)
    let module = entry.map { kernel.name($0.fileName) } ?? .none
    let model = entry?.model.map { kernel.name($0) } ?? .none
    kernel.reserveRoom()
    return content.withLock { content in
      if let known = content.numbers[clsid] { return known }
      let id = kernel.numbers.class()
      content.numbers[clsid] = id
      kernel.tell(.classKnown(id, name: name, module: module, model: model))
      return id
    }
  }

  private func known(_ clsid: GUID, in kernel: Kernel) -> ClassID? {
    content.withLock { content in
      if content.toldTo !== kernel {
        content.toldTo = kernel
        content.numbers = [:]
      }
      return content.numbers[clsid]
    }
  }
}

extension ComProcess {
  /// Tells the run of the classes that the registry has by now, so that they stand on the plan before
  /// anybody asks for them.
  public func tellRegistry() { registry.tell(kernel) }
}
