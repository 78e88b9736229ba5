/// Classes, modules, activations, and what was counted and measured.
extension World {
  public struct RegisteredClass: Hashable, Sendable {
    public var id: ClassID
    public var name: Name
    /// The module of its InprocServer32 key; none where there is none.
    public var module: Name
    /// The ThreadingModel as it stands in the registry; none where there is none.
    public var modelText: Name
    public var model: ThreadingModel
    /// The program of its LocalServer32 key; none where there is none.
    public var program: Name = .none
  }

  /// One load of a module.
  public struct Module: Hashable, Sendable {
    public var id: ModuleID
    public var process: ProcessID
    public var name: Name
    public var objects: UInt32 = 0
    public var locks: UInt32 = 0
    public var state: State = .loaded
    /// The thread that loaded it.
    public var loader: ThreadID

    public enum State: Hashable, Sendable {
      case loaded
      /// It said that it is unused; it goes if that is still so then.
      case candidate(due: UInt64)
      case unloaded
    }
  }

  public struct Registration: Hashable, Sendable {
    public var id: RegistrationID
    public var ofClass: ClassID
    public var object: ObjectID
    public var process: ProcessID
    public var apartment: ApartmentID
    public var context: ClassContext
    public var use: ClassUse
    public var isRevoked = false
    /// Whether it takes no clients now, as its own process has it.
    public var isSuspended = false
    /// How it stands in the SCM's class table; nil: it never stood there.
    public var scm: ScmEntryState?
  }

  public struct Global: Hashable, Sendable {
    public var id: GlobalID
    public var packet: PacketID
    /// The apartment that registered it.
    public var apartment: ApartmentID
    public var isRevoked = false
  }

  /// Where a client's code stood when it asked for an object: a row of the placement matrix.
  public enum ClientRoom: UInt8, Hashable, Sendable, CaseIterable {
    case mainSTA, otherSTA, multithreaded, implicitMultithreaded, neutralOnSTA, neutralOnMTA
  }

  /// How a client reaches what it got.
  public enum PointerPath: UInt8, Hashable, Sendable, CaseIterable {
    case direct, proxy
    /// A proxy to an object of the neutral apartment: the caller's thread goes there itself.
    case lightProxy
  }

  public struct Activation: Hashable, Sendable {
    public var ofClass: ClassID
    public var client: ThreadID
    /// None where the client's thread was in no apartment.
    public var room: ClientRoom?
    /// Where the client's code stood.
    public var apartment: ApartmentID
    /// What it got: the object or a proxy; none where it failed.
    public var object: ObjectID
    /// Where the object lives.
    public var home: ApartmentID
    public var path: PointerPath
    public var result: HResult
    public var at: UInt64
  }

  public struct UnloadedRun: Hashable, Sendable {
    public var module: ModuleID
    public var method: Name
    public var thread: ThreadID
    public var at: UInt64
  }

  /// What was counted between two places of a program.
  public struct Section: Hashable, Sendable {
    public var name: Name
    /// Who began it.
    public var thread: ThreadID
    public var isOpen = true
    /// How often another thread went on than the one before.
    public var handOffs: UInt64 = 0
    /// Requests and answers.
    public var packets: UInt64 = 0
    /// The bytes in them.
    public var bytes: UInt64 = 0
    /// Calls of its own thread to the SCM.
    public var scmCalls: UInt64 = 0
    public var at: UInt64
  }

  public struct Measurement: Hashable, Sendable {
    public var name: Name
    /// One call, the median.
    public var picoseconds: UInt64
    public var calls: UInt32
    /// How many calls to the SCM one of them made.
    public var scmCalls: UInt32
    public var machine: Name
    public var at: UInt64
  }
}

extension World {
  public var classesInOrder: [RegisteredClass] { classes.values.sorted { $0.id < $1.id } }
  public var modulesInOrder: [Module] { modules.values.sorted { $0.id < $1.id } }
  public var registrationsInOrder: [Registration] {
    registrations.values.sorted { $0.id < $1.id }
  }
  public var globalsInOrder: [Global] { globals.values.sorted { $0.id < $1.id } }
}
