/// One thing that happened, told by the thread that did it before anyone else could see the effect.
///
/// An event is flat: it holds no reference, so that it can lie in memory shared between processes
/// and cost little to tell. Texts and bytes go ahead of the event that uses them, in events of
/// their own (`text`, `bytes`).
public struct Event: Hashable, Sendable, BitwiseCopyable {
  /// The place in the one order of the run, from 0, dense.
  public var n: UInt64
  /// Nanoseconds since the run began: virtual under a schedule, real in a free run.
  public var t: UInt64
  /// Who did it; for a choice, who goes on. None: the kernel or the person.
  public var thread: ThreadID
  /// The source file of the call that the thread is in, where it is known.
  public var file: Name
  /// The line in that file, from 1; 0 where it is not known.
  public var line: UInt32
  public var kind: EventKind

  public init(
    n: UInt64, t: UInt64 = 0, thread: ThreadID = .none, file: Name = .none, line: UInt32 = 0,
    _ kind: EventKind
  ) {
    self.n = n
    self.t = t
    self.thread = thread
    self.file = file
    self.line = line
    self.kind = kind
  }
}

/// Every kind of event. *The thread* is the event's own (`Event.thread`).
///
/// A new kind needs a case here, a line in `EventKind+Encoding` and in `EventKind+Decoding`, a case
/// in `World+Apply`, and a sentence in `World+Sentences`; `EventTag` lists the words that stand for them in recordings.
public enum EventKind: Hashable, Sendable, BitwiseCopyable {
  // MARK: Texts and bytes
  /// A piece of a text, UTF-8; the name stands for the whole text from its last piece on.
  case text(Name, Chunk)
  /// A piece of some bytes that crossed.
  case bytes(Blob, Chunk)
  /// A line of a kind that this version does not know; the recording keeps it as it was.
  case foreign

  // MARK: The run
  case processStarted(ProcessID, name: Name)
  /// Its last thread ended.
  case processEnded(ProcessID)
  /// `kill -9`: none of its threads goes on, wherever it stood.
  case processKilled(ProcessID)
  /// The strategy picked the thread among `runnable`; `point` is what the thread stopped at.
  case choice(runnable: ThreadSet, point: Point)
  /// A key made something happen, delivered at this point.
  case action(Name)
  /// Nothing more will be asked for: loops and waits for keys end.
  case finish
  case mode(RunMode)
  /// The story reached the step with this key.
  case narrated(Name)
  /// The thread passed a place that the lesson's schedule names.
  case marked(Name)
  /// Nobody can go on, and nobody waits for anyone in particular.
  case atRest
  /// Nobody can go on and somebody waits for somebody: a ring, or a chain that ends in a wait that
  /// nothing can end.
  case deadlock(ring: Bool, ThreadList)

  // MARK: Threads
  /// `slot` is the thread's place in every `ThreadSet` of the run.
  case threadStarted(name: Name, slot: UInt8, origin: ThreadOrigin)
  case threadEnded
  case waits(Wait)
  /// The wait of `ThreadID` is over; the thread (if any) ended it.
  case ready(ThreadID)
  /// The thread went into a function of COM or of the program that is worth showing.
  case entered(Name)
  case left(HResult)
  case refused(by: Refuser, HResult)

  // MARK: Apartments
  case apartmentCreated(ApartmentID, ApartmentKind, isMain: Bool, startedBy: ThreadOrigin)
  /// The thread is in the apartment; `count` is how often it initialised COM.
  case apartmentEntered(ApartmentID, Membership, count: UInt32)
  /// The thread gave one initialisation back; at 0 it is in no apartment.
  case apartmentLeft(ApartmentID, count: UInt32)
  case apartmentEnded(ApartmentID)
  /// The thread's code runs in another room than the thread's own, for the length of a call: the
  /// neutral apartment, or from there its own again.
  case contextEntered(ApartmentID)
  case contextLeft(ApartmentID)
  /// What the apartment asks before it takes a call; none: it asks nobody any more.
  case messageFilterSet(ApartmentID, ObjectID)

  // MARK: Objects and references
  /// `apartment` is none for what has no home (a stream).
  case objectCreated(ObjectID, ObjectRole, name: Name, apartment: ApartmentID)
  /// `count` is the object's count after it.
  case referenceAdded(ReferenceID, to: ObjectID, by: Holder, count: UInt32)
  case referenceMoved(ReferenceID, to: Holder)
  case referenceReleased(ReferenceID, of: ObjectID, count: UInt32)
  /// The count reached 0 and the destructor ran on the thread. A tombstone stays.
  case objectDestroyed(ObjectID)
  case usedAfterRelease(ObjectID, by: Holder, Misuse)
  /// A field points at an object (none: at nothing), whoever counts.
  case fieldSet(Name, ObjectID)
  /// A value of the object's own that is worth showing.
  case valueSet(ObjectID, Name, Int64)
  case cellRead(Name, Int64)
  case cellWritten(Name, Int64)
  case methodEntered(ObjectID, Name, CallPath)
  case methodLeft(ObjectID, HResult)
  /// The first object became a part of the second: it has the second's identity from here on.
  case aggregated(ObjectID, into: ObjectID)
  /// Any apartment may call the object, and what it consists of, directly: it aggregated the
  /// free-threaded marshaller, or says so itself (`IAgileObject`).
  case objectAgile(ObjectID)
  /// The object's code is in the module.
  case objectOfModule(ObjectID, ModuleID)

  // MARK: Marshalling
  case stubManagerCreated(StubID, object: ObjectID, apartment: ApartmentID)
  case interfaceStubCreated(InterfaceStubID, of: StubID, interface: Name)
  /// `strong`: what keeps the object alive from outside; `weak`: table-weak packets; `locks`:
  /// `CoLockObjectExternal`, which are among the strong ones.
  case stubCounts(StubID, strong: UInt32, weak: UInt32, locks: UInt32)
  /// The object's references that COM held are gone: disconnected, or no longer needed.
  case stubManagerEnded(StubID, disconnected: Bool)
  case publicReferences(InterfaceStubID, from: PublicHolder, to: PublicHolder, count: UInt32)
  case packetMade(PacketID, of: InterfaceStubID, MarshalKind, Blob)
  /// A packet that the object made itself: the marshaller's class, no stub.
  case customPacketMade(PacketID, of: ObjectID, marshaller: Name, MarshalKind, Blob)
  case streamWritten(ObjectID, PacketID, offset: UInt32, count: UInt32)
  case streamRead(ObjectID, PacketID, offset: UInt32, count: UInt32)
  /// The packet was used; `as` is the proxy, or the object itself in its own apartment.
  case packetOpened(PacketID, as: ObjectID)
  case packetRefused(PacketID, HResult)
  /// `CoReleaseMarshalData`.
  case packetReleased(PacketID)
  case proxyConnected(ObjectID, to: StubID, apartment: ApartmentID)
  case proxyInterface(ObjectID, InterfaceStubID)
  case proxyDisconnected(ObjectID)

  // MARK: Calls
  /// The proxy packed the arguments. `causality` numbers the chain of nested calls, `parent` the
  /// call that the thread was serving.
  case callPacked(
    CallID, causality: UInt32, parent: CallID, proxy: ObjectID, InterfaceStubID, method: Name,
    arguments: Blob)
  case callSent(CallID, to: ApartmentID)
  case messagePosted(ApartmentID, MessageID, MessageKind, CallID)
  case messageTaken(ApartmentID, MessageID)
  /// A stub unpacks the call on the thread.
  case callServed(CallID)
  /// The stub packed the answer.
  case callAnswered(CallID, HResult, Blob)
  /// The caller has the answer.
  case callReturned(CallID, HResult)
  /// The message filter of the server's apartment did not take the call.
  case callRejected(CallID, ServerCall)
  /// The caller's message filter wants the call sent again at that time of the run's clock.
  case callRetried(CallID, at: UInt64)
  /// Somebody asked for the call to be cancelled; `callReturned` of the caller follows.
  case callCancelled(CallID)
  /// The caller does not wait for the answer (`Begin_…`).
  case callAsynchronous(CallID)

  // MARK: Classes and modules
  /// A class as the registry has it. `model` is the text of its ThreadingModel, none where there is
  /// none; `module` is none for a class that is only registered at run time.
  case classKnown(ClassID, name: Name, module: Name, model: Name)
  /// The program that the registry's LocalServer32 names for the class.
  case localServerKnown(ClassID, Name)
  case moduleLoaded(ModuleID, name: Name)
  /// What the module's `DllCanUnloadNow` looks at: its objects, and `LockServer`.
  case moduleCounts(ModuleID, objects: UInt32, locks: UInt32)
  /// The module said that it is unused: it goes if that is still so at the time `due` of the run's
  /// clock.
  case moduleCandidate(ModuleID, due: UInt64)
  case moduleUnloaded(ModuleID)
  /// The thread runs code that is not there any more, in the method of that name.
  case unloadedCodeRun(ModuleID, Name)
  /// `CoRegisterClassObject`, in the thread's apartment.
  case classObjectRegistered(
    RegistrationID, of: ClassID, object: ObjectID, ClassContext, ClassUse)
  case classObjectRevoked(RegistrationID)
  /// The thread has what it asked `CoCreateInstance` for, or why not.
  case activated(ClassID, as: ObjectID, HResult)
  /// The packet stands in the global interface table under that cookie.
  case globalRegistered(GlobalID, PacketID)
  case globalRevoked(GlobalID)

  // MARK: Server processes and the SCM
  /// The thread asks the SCM, once for each number. The class and the registration are none where
  /// the request is about none.
  case scmRequested(RequestID, ScmRequest, ClassID, RegistrationID)
  /// The SCM has answered the thread. The process is the one that is to serve an activation.
  case scmAnswered(RequestID, ProcessID, HResult)
  /// The SCM started the process.
  case serverLaunched(ProcessID, for: RequestID)
  /// How the class object stands in the SCM's class table from here on.
  case scmEntry(RegistrationID, ScmEntryState)
  /// The class object takes no clients, as its own process has it: it was registered so, by
  /// `CoSuspendClassObjects`, or because the process's count is 0.
  case classObjectSuspended(RegistrationID)
  case classObjectResumed(RegistrationID)
  /// The count of the thread's process after the change, and what the program calls who changed it.
  case serverCount(UInt32, ServerCountChange, Name)
  /// COM locks the server, or unlocks it, by a class object that clients of other processes have.
  case implicitLock(ObjectID, isLocked: Bool)

  // MARK: Between processes
  /// The thread's process knows from here on how to reach that apartment of another one.
  case oxidResolved(ApartmentID)
  /// The thread's process has nothing more to do with that one, whose bytes were no packet.
  case connectionCut(ProcessID, HResult)
  /// The client sent no ping in time, so many times in a row.
  case pingMissed(ProcessID, count: UInt32)
  /// The stub takes back the public references that a client held which is gone.
  case referencesReclaimed(InterfaceStubID, of: ProcessID, count: UInt32)

  // MARK: Counting and measuring
  /// From here on hand-offs, packets and bytes are counted under that name.
  case sectionBegan(Name)
  case sectionEnded(Name)
  /// The median of so many calls in a free burst, on that machine, and how many calls to the SCM one of
  /// them made.
  case measured(Name, picoseconds: UInt64, calls: UInt32, scmCalls: UInt32, machine: Name)
}
