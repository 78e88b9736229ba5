import ThreadKernel
import Trace

/// A class as the registry has it: `CLSID\{…}\InprocServer32`, `…\LocalServer32`, or both.
public struct ClassEntry: Hashable, Sendable {
  public let clsid: GUID
  /// What people call the class.
  public let name: String
  /// The file of its in-process server, as the registry writes it; nil where it has none.
  public let module: String?
  /// The value `ThreadingModel`; nil where there is none.
  public let model: String?
  /// What the value stands for.
  public let threadingModel: ThreadingModel
  /// The command line of its local server, as the registry writes it; nil where it has none.
  public let localServer: String?
  /// Whether the client is permitted to start the local server (`LaunchPermission`).
  public let allowsLaunch: Bool
  /// The file of the in-process server without its folder.
  let moduleName: String?
  /// The same as files are compared: case does not matter.
  let moduleKey: String?
  /// The program of the local server, without its folder and arguments.
  let programName: String?

  public init(
    _ clsid: GUID, _ name: String, module: String? = nil, model: String? = nil,
    localServer: String? = nil, allowsLaunch: Bool = true
  ) {
    self.clsid = clsid
    self.name = name
    self.module = module
    self.model = model
    threadingModel = ThreadingModel(registryText: model)
    self.localServer = localServer
    self.allowsLaunch = allowsLaunch
    moduleName = module.map(Self.file)
    moduleKey = moduleName?.lowercased()
    programName = localServer.map { Self.file(Self.program(of: $0)) }
  }

  /// A path without its folders.
  private static func file(_ path: String) -> String {
    path.split(separator: "\\").last.map(String.init) ?? path
  }

  /// The program of a command line: what stands in quotes at its beginning, or goes up to `.exe`.
  private static func program(of commandLine: String) -> String {
    if commandLine.first == "\"" {
      return String(commandLine.dropFirst().prefix { $0 != "\"" })
    }
    let words = commandLine.split(separator: " ", omittingEmptySubsequences: false)
    var program = ""
    for (index, word) in words.enumerated() {
      program += (index == 0 ? "" : " ") + word
      if word.lowercased().hasSuffix(".exe") { return program }
    }
    return words.first.map(String.init) ?? commandLine
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

/// A program as it lies on the disk: what its first thread, `main`, does in a process of its own.
public struct ProgramFile: Sendable {
  public let name: String
  let main: @Sendable (ComProcess) -> Void

  public init(_ name: String, main: @escaping @Sendable (ComProcess) -> Void) {
    self.name = name
    self.main = main
  }
}

/// The machine's registry, with the module and program files that its entries name. Processes of one run can
/// share it.
public final class Registry: Sendable {
  private struct Content: Sendable {
    var entries: [GUID: ClassEntry] = [:]
    var order: [GUID] = []
    var files: [String: ModuleFile] = [:]
    var programs: [String: ProgramFile] = [:]
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

  /// Puts a program onto the disk.
  public func install(_ program: ProgramFile) {
    content.withLock { $0.programs[program.name.lowercased()] = program }
  }

  /// The entry of a class.
  public func entry(_ clsid: GUID) -> ClassEntry? { content.withLock { $0.entries[clsid] } }

  /// All entries, as they were added.
  public var entries: [ClassEntry] {
    content.withLock { content in content.order.compactMap { content.entries[$0] } }
  }

  func file(_ key: String) -> ModuleFile? { content.withLock { $0.files[key] } }

  /// A program by its name, whose case does not matter.
  public func program(_ name: String) -> ProgramFile? {
    content.withLock { $0.programs[name.lowercased()] }
  }

  /// Tells a run of all classes that there are.
  func tell(_ kernel: Kernel) {
    for entry in entries { _ = number(of: entry.clsid, in: kernel) }
  }

  /// A class's number in a run, which is told of the class the first time. It is told by nobody of
  /// the run, for who comes first may be in any process.
  func number(of clsid: GUID, in kernel: Kernel) -> ClassID {
    guard kernel.isTold else { return .none }
    if let known = known(clsid, in: kernel) { return known }
    if kernel.isAttached { return askNumber(of: clsid, in: kernel) }
    // Texts are told before the lock is taken.
    let entry = entry(clsid)
    let name = kernel.ownName(entry?.name ?? clsid.description)
    let module = entry?.moduleName.map { kernel.ownName($0) } ?? .none
    let model = entry?.model.map { kernel.ownName($0) } ?? .none
    let program = entry?.programName.map { kernel.ownName($0) }
    kernel.reserveRoom()
    return content.withLock { content in
      if let known = content.numbers[clsid] { return known }
      let id = kernel.numbers.class()
      content.numbers[clsid] = id
      kernel.tell(as: .none, .classKnown(id, name: name, module: module, model: model))
      if let program { kernel.tell(as: .none, .localServerKnown(id, program)) }
      return id
    }
  }

  private func askNumber(of clsid: GUID, in kernel: Kernel) -> ClassID {
    let answer = try? ScmAnswer(kernel.ask(ScmMessage.classNumber(clsid).bytes))
    guard case .number(let number) = answer else { return .none }
    content.withLock { $0.numbers[clsid] = number }
    return number
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
