/// What a thread waits for. It says who can end the wait, so that *at rest* and *deadlock* can be
/// told apart, and whether the thread takes calls meanwhile.
public enum Wait: Hashable, Sendable, BitwiseCopyable {
  /// A top-level message loop: anything may come. IDLE.
  case messageLoop
  /// A pool thread of the MTA without work. IDLE.
  case pool
  /// A key that makes something happen. IDLE.
  case action
  /// The answer to a call. `server` is the thread that has to serve it, or none where any thread
  /// of the MTA may; one of number 0 stands for any thread of its process. A thread of an STA pumps
  /// meanwhile (WAITS), one of the MTA does not (BLOCKED).
  case reply(CallID, server: ThreadID, pumps: Bool)
  /// A server that registers the class which the request asks for; none: which process, is not known.
  case scm(RequestID, server: ProcessID, pumps: Bool)
  /// A lock, and the thread that has it.
  case lock(WaitableID, owner: ThreadID)
  /// An event that some thread will set.
  case signal(WaitableID, pumps: Bool)
  /// The end of a thread.
  case thread(ThreadID, pumps: Bool)
  /// A moment of the run's clock, in nanoseconds.
  case time(UInt64)

  /// Whether nobody in particular is waited for: such a wait never makes a deadlock.
  public var isForAnything: Bool {
    switch self {
    case .messageLoop, .pool, .action: true
    case .reply, .scm, .lock, .signal, .thread, .time: false
    }
  }

  /// Whether the thread takes messages of its apartment while it waits.
  public var pumps: Bool {
    switch self {
    case .messageLoop: true
    case .reply(_, _, let pumps), .scm(_, _, let pumps), .signal(_, let pumps),
      .thread(_, let pumps):
      pumps
    case .pool, .action, .lock, .time: false
    }
  }
}

/// What a scheduling point is about. These are all there are (DESIGN.md, ThreadKernel).
public enum Point: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case threadStarts, threadEnds, lock, wait, wake, messagePosted, messageTaken, callSent
  case callServed, callReturned, countChanged, cellRead, cellWritten, scmRequest, sleep, action
  /// A place that the lesson's schedule names.
  case marked
}

/// How the kernel lets threads go on.
public enum RunMode: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// All of them at once, in parallel.
  case free
  /// One at a time, as the strategy picks.
  case scheduled
}

/// Who started a thread.
public enum ThreadOrigin: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case program, com
}

public enum ApartmentKind: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case singleThreaded, multithreaded, neutral
}

/// How a thread came to be in an apartment.
public enum Membership: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// By `CoInitializeEx`.
  case explicit
  /// It never initialised COM and the process has an MTA.
  case implicit
}

/// What kind of thing an `ObjectID` names.
public enum ObjectRole: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case component, proxy, stream
}

/// Who holds a reference.
public enum Holder: Hashable, Sendable, BitwiseCopyable {
  /// A field or variable, by the name that the program gives it: `Package.m_pSPStream`.
  case named(Name)
  /// A local variable of a thread.
  case local(ThreadID)
  /// A stub manager, which keeps its object alive.
  case stub(StubID)
  /// A packet that carries the reference itself (a custom or a table packet).
  case packet(PacketID)
  /// COM, in the middle of a function.
  case com
}

/// Who holds public references to an interface stub (MS-DCOM 1.3.2, `cPublicRefs`).
public enum PublicHolder: Hashable, Sendable, BitwiseCopyable {
  /// Nobody yet, or nobody any more: the stub makes them or takes them back.
  case stub
  case packet(PacketID)
  case proxy(ObjectID)
}

/// `MSHLFLAGS` of a packet.
public enum MarshalKind: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case normal, tableStrong, tableWeak
}

/// How a method was reached.
public enum CallPath: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// By a direct pointer, on the caller's thread.
  case direct
  /// By a stub that unpacked a call.
  case stub
}

public enum MessageKind: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// A call to serve.
  case call
  /// `PostQuitMessage`: the loop ends.
  case quit
  /// A message of the program's own.
  case posted
  /// One that its sender waits for (`SendMessage` from another thread).
  case sent
}

/// Who says no.
public enum Refuser: Hashable, Sendable, BitwiseCopyable {
  /// A function of COM.
  case com
  /// A proxy, before any call is made.
  case proxy(ObjectID)
  /// A component, by its own check.
  case object(ObjectID)
  /// A function of the program, by name.
  case named(Name)
}

/// What was done with an object whose count had been 0 before.
public enum Misuse: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case addRef, release, call, query
}

/// The `ThreadingModel` of an in-process server: how its objects may be placed (fact I1).
public enum ThreadingModel: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// No value: one thread for the whole process (I2).
  case absent
  case apartment, both, free, neutral
  /// A value that is none of them.
  case invalid

  /// The model that a value of the registry stands for. Case does not matter; an empty value is none.
  public init(registryText text: String?) {
    switch text?.lowercased() {
    case nil, "": self = .absent
    case "apartment": self = .apartment
    case "both": self = .both
    case "free": self = .free
    case "neutral": self = .neutral
    default: self = .invalid
    }
  }
}

/// `CLSCTX`: which kinds of servers are meant.
public struct ClassContext: OptionSet, Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let inprocServer = ClassContext(rawValue: 0x1)
  public static let inprocHandler = ClassContext(rawValue: 0x2)
  public static let localServer = ClassContext(rawValue: 0x4)
  public static let remoteServer = ClassContext(rawValue: 0x10)
  /// CLSCTX_NO_CUSTOM_MARSHAL. The bit is this program's own: the documented one needs 16.
  public static let noCustomMarshal = ClassContext(rawValue: 0x20)
}

/// `REGCLS`: how often a class object serves.
public enum ClassUse: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case singleUse, multipleUse, multiSeparate
}

/// `SERVERCALL`: what a message filter says to a call that comes.
public enum ServerCall: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case isHandled, rejected, retryLater
}
