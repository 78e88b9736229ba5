import HashTreeCollections

/// Everything that is known of a run at one moment: a pure value, folded from events.
///
/// Every picture, table, export, check and test oracle is computed from a World; none of them reads
/// the runtime. Copies share what did not change, so keeping one every few thousand events is cheap.
/// Tables are keyed by number and have no order of their own: go through the `…InOrder` views for
/// anything that is told, decided or drawn.
public struct World: Hashable, Sendable {
  /// How many events were folded: the `n` of the next one.
  public internal(set) var position: UInt64 = 0
  /// The run's clock in nanoseconds, as of the last event.
  public internal(set) var time: UInt64 = 0
  public internal(set) var mode: RunMode = .scheduled
  /// Whether any of the run was free: such a run cannot be replayed.
  public internal(set) var wasEverFree = false
  public internal(set) var ending: Ending = .running
  /// The thread that the strategy picked last.
  public internal(set) var acting: ThreadID = .none
  /// How many choices were made.
  public internal(set) var choices: UInt64 = 0
  /// The threads that could have run at the last choice.
  public internal(set) var runnable = ThreadSet()

  public internal(set) var texts = TreeDictionary<Name, String>()
  public internal(set) var blobs = TreeDictionary<Blob, [UInt8]>()
  /// Texts of which a piece is still to come.
  var openTexts = TreeDictionary<Name, [UInt8]>()
  /// Bytes of which a piece is still to come.
  var openBlobs = TreeDictionary<Blob, [UInt8]>()
  /// How many threads have started and not ended.
  var livingThreads = 0

  public internal(set) var processes = TreeDictionary<ProcessID, Process>()
  public internal(set) var threads = TreeDictionary<ThreadID, Thread>()
  public internal(set) var apartments = TreeDictionary<ApartmentID, Apartment>()
  public internal(set) var objects = TreeDictionary<ObjectID, Object>()
  public internal(set) var references = TreeDictionary<ReferenceID, Reference>()
  public internal(set) var stubs = TreeDictionary<StubID, StubManager>()
  public internal(set) var interfaceStubs = TreeDictionary<InterfaceStubID, InterfaceStub>()
  public internal(set) var packets = TreeDictionary<PacketID, Packet>()
  public internal(set) var calls = TreeDictionary<CallID, Call>()
  /// Fields that point at objects, by name.
  public internal(set) var fields = TreeDictionary<Name, Field>()
  /// Cells that several threads read and write, by name.
  public internal(set) var cells = TreeDictionary<Name, Cell>()

  /// Classes, as the registry has them or as they were registered at run time.
  public internal(set) var classes = TreeDictionary<ClassID, RegisteredClass>()
  /// Modules that were loaded, one for each load.
  public internal(set) var modules = TreeDictionary<ModuleID, Module>()
  /// Class objects that were registered at run time.
  public internal(set) var registrations = TreeDictionary<RegistrationID, Registration>()
  /// The global interface table.
  public internal(set) var globals = TreeDictionary<GlobalID, Global>()
  /// What was asked of the SCM.
  public internal(set) var requests = TreeDictionary<RequestID, ScmRequestRecord>()
  /// How many calls were made to the SCM.
  public internal(set) var scmCalls: UInt64 = 0
  /// What was asked of `CoCreateInstance` and came of it, in order.
  public internal(set) var activations: [Activation] = []
  /// Code that was run after its module had been unloaded.
  public internal(set) var unloadedRuns: [UnloadedRun] = []
  /// What was counted between two places of a program, in order of their beginnings.
  public internal(set) var sections: [Section] = []
  /// What was measured in free bursts, in order.
  public internal(set) var measurements: [Measurement] = []

  /// The story's steps that were reached, in order.
  public internal(set) var steps: [Step] = []
  /// The lesson's named places that were passed.
  public internal(set) var marks: [Mark] = []
  /// The actions that were delivered.
  public internal(set) var actions: [Action] = []
  /// What was refused, and by whom, in order.
  public internal(set) var refusals: [Refusal] = []
  /// Uses of objects whose count had been 0.
  public internal(set) var misuses: [Misused] = []
  /// Direct calls that ran on a thread outside the object's apartment (APT-11).
  public internal(set) var trespasses: [Trespass] = []
  /// The first event that contradicts what was known, if any: a recording with one is damaged.
  public internal(set) var fault: Fault?

  public init() {}

  /// The text of a name; `?` where it was never told.
  public subscript(_ name: Name) -> String { texts[name] ?? (name.isNone ? "" : "?") }
}

extension World {
  /// How the run stands.
  public enum Ending: Hashable, Sendable {
    case running
    /// Only waits for *anything* are left.
    case atRest
    case deadlock(ring: Bool, [ThreadID])
    /// Every thread has ended.
    case over
  }

  public struct Thread: Hashable, Sendable {
    public var id: ThreadID
    public var name: Name
    /// The place in every `ThreadSet`.
    public var slot: UInt8
    public var origin: ThreadOrigin
    /// Where its code was last seen.
    public var site: Site
    public var activity: Activity = .ready
    public var apartment: ApartmentID = .none
    public var membership: Membership = .explicit
    /// Other rooms that its code runs in for the length of a call, outermost first.
    public var visits: [ApartmentID] = []
    /// The room that its code runs in now.
    public var current: ApartmentID { visits.last ?? apartment }
    /// How often it initialised COM.
    public var initializations: UInt32 = 0
    /// What it is in, outermost first.
    public var frames: [Frame] = []
    /// The calls that it serves, outermost first.
    public var serving: [CallID] = []
    /// The event at which it last changed between going and standing still.
    public var since: UInt64 = 0
  }

  public enum Activity: Hashable, Sendable {
    case running
    case ready
    case waiting(Wait)
    case ended
  }

  /// A place in the program's source.
  public struct Site: Hashable, Sendable {
    public var file: Name
    /// From 1; 0: not known.
    public var line: UInt32

    public static let unknown = Site(file: .none, line: 0)

    public init(file: Name, line: UInt32) {
      self.file = file
      self.line = line
    }
  }

  /// Something that a thread is in.
  public struct Frame: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
      case function(Name)
      case method(ObjectID, Name, CallPath)
    }
    public var kind: Kind
    public var site: Site
    /// The event that told of it.
    public var since: UInt64
  }

  public struct Apartment: Hashable, Sendable {
    public var id: ApartmentID
    public var process: ProcessID
    public var kind: ApartmentKind
    /// The first STA of its process.
    public var isMain: Bool
    public var startedBy: ThreadOrigin
    public var isAlive = true
    /// Messages that wait, oldest first.
    public var queue: [Message] = []
    /// How many messages were taken since the start.
    public var served: UInt64 = 0
    /// The message filter that is asked before a call is taken.
    public var filter: ObjectID = .none
  }

  public struct Message: Hashable, Sendable {
    public var id: MessageID
    public var kind: MessageKind
    public var call: CallID
    public var from: ThreadID
    /// The event that posted it.
    public var since: UInt64
  }

  public struct Object: Hashable, Sendable {
    public var id: ObjectID
    public var role: ObjectRole
    public var name: Name
    public var apartment: ApartmentID
    public var process: ProcessID
    /// The reference count, as the object itself has it.
    public var count: UInt32 = 0
    /// Who holds: as many as `count`, in the order in which they came.
    public var holders: [ReferenceID] = []
    public var isAlive = true
    /// What it is a part of: its references count there.
    public var outer: ObjectID = .none
    /// Any apartment may call it directly.
    public var isAgile = false
    /// How many locks COM has on the server by this class object, for clients of other processes.
    public var implicitLocks: UInt32 = 0
    /// The module that its code is in.
    public var module: ModuleID = .none
    /// Values of its own, in the order in which they were first told.
    public var values: [Value] = []
    /// What a proxy is connected to.
    public var stub: StubID = .none
    /// A proxy that was cut off answers every call with an error.
    public var isDisconnected = false
    /// The interfaces that a proxy has, in the order in which it got them.
    public var interfaces: [InterfaceStubID] = []
    /// What was written into a stream, in order.
    public var contents: [StreamPiece] = []
  }

  public struct Value: Hashable, Sendable {
    public var name: Name
    public var value: Int64
  }

  public struct StreamPiece: Hashable, Sendable {
    public var packet: PacketID
    public var offset: UInt32
    public var count: UInt32
  }

  public struct Reference: Hashable, Sendable {
    public var id: ReferenceID
    public var object: ObjectID
    public var holder: Holder
    /// Where and when it was added.
    public var site: Site
    public var since: UInt64
    /// The event that released it.
    public var released: UInt64?
  }

  public struct StubManager: Hashable, Sendable {
    public var id: StubID
    public var object: ObjectID
    public var apartment: ApartmentID
    public var interfaces: [InterfaceStubID] = []
    public var strong: UInt32 = 0
    public var weak: UInt32 = 0
    public var locks: UInt32 = 0
    public var state: State = .connected

    public enum State: Hashable, Sendable { case connected, disconnected, ended }
  }

  public struct InterfaceStub: Hashable, Sendable {
    public var id: InterfaceStubID
    public var stub: StubID
    /// The interface's name.
    public var interface: Name
    /// Public references given out, by holder, in the order in which the holders got theirs.
    public var publicReferences: [PublicShare] = []

    public var total: UInt32 { publicReferences.reduce(0) { $0 + $1.count } }
  }

  public struct PublicShare: Hashable, Sendable {
    public var holder: PublicHolder
    public var count: UInt32
  }

  public struct Packet: Hashable, Sendable {
    public var id: PacketID
    public var interfaceStub: InterfaceStubID
    public var kind: MarshalKind
    public var bytes: Blob
    /// The marshaller's class, for a packet that the object made itself.
    public var marshaller: Name = .none
    public var object: ObjectID = .none
    public var maker: ThreadID
    public var madeAt: UInt64
    public var state: State = .sealed
    public var opener: ThreadID = .none
    public var openedAt: UInt64 = 0
    /// How often it was unmarshalled. Between processes nobody can check that once was enough.
    public var openings: UInt32 = 0

    public enum State: Hashable, Sendable {
      case sealed
      /// Unmarshalled, for a table packet at least once.
      case opened(as: ObjectID)
      case released
    }
  }

  public struct Call: Hashable, Sendable {
    public var id: CallID
    public var causality: UInt32
    public var parent: CallID
    public var caller: ThreadID
    public var proxy: ObjectID
    public var interfaceStub: InterfaceStubID
    public var method: Name
    public var arguments: Blob
    public var target: ApartmentID = .none
    public var server: ThreadID = .none
    public var state: State = .packed
    public var result: HResult = .S_OK
    public var answer: Blob = .none
    public var since: UInt64
    /// How often a message filter did not take it.
    public var rejections: UInt32 = 0
    /// What the filter said last.
    public var rejection: ServerCall = .isHandled
    /// When it is sent again, in nanoseconds of the run's clock.
    public var retryAt: UInt64 = 0
    public var isCancelled = false
    /// Whether its caller does not wait for it.
    public var isAsynchronous = false

    public enum State: Hashable, Sendable {
      case packed, sent
      /// A message filter did not take it; it may be sent again.
      case rejected
      case served, answered, returned
      /// Its caller was killed: nobody waits for it, whatever comes of it.
      case lost
    }
  }

  public struct Field: Hashable, Sendable {
    public var name: Name
    /// What it points at, whoever counts; none: at nothing.
    public var object: ObjectID
    public var since: UInt64
  }

  public struct Cell: Hashable, Sendable {
    public var name: Name
    public var value: Int64
    public var lastReader: ThreadID = .none
    public var lastWriter: ThreadID = .none
  }

  public struct Step: Hashable, Sendable {
    public var key: Name
    /// The event that told of it.
    public var at: UInt64
  }

  public struct Mark: Hashable, Sendable {
    public var name: Name
    public var thread: ThreadID
    public var at: UInt64
  }

  public struct Action: Hashable, Sendable {
    public var name: Name
    public var at: UInt64
  }

  public struct Refusal: Hashable, Sendable {
    public var refuser: Refuser
    public var result: HResult
    public var thread: ThreadID
    public var at: UInt64
  }

  public struct Misused: Hashable, Sendable {
    public var object: ObjectID
    public var holder: Holder
    public var use: Misuse
    public var thread: ThreadID
    public var at: UInt64
  }

  public struct Trespass: Hashable, Sendable {
    public var object: ObjectID
    public var method: Name
    public var thread: ThreadID
    public var at: UInt64
  }

  /// What contradicts what.
  public struct Fault: Hashable, Sendable, Error {
    /// The event at fault.
    public var at: UInt64
    /// A sentence: what it said and what was expected.
    public var sentence: String
  }
}
