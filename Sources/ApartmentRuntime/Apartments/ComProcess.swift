import ThreadKernel
import Trace

/// A process of the world shown. Everything of COM's hangs off it; nothing is global, so several
/// can live in one operating-system process.
public final class ComProcess: Sendable {
  public let id: ProcessID
  /// What it began with.
  public let start: Start
  public let kernel: Kernel
  /// The machine's classes.
  public let registry: Registry
  /// The run's SCM, where this is the process that the run begins with; others ask it by bytes.
  public let scm: ServiceControlManager?
  let tables: ShortLock<Tables>

  /// What all apartments of a process share.
  struct Tables: Sendable {
    var apartments: [ApartmentID: Apartment] = [:]
    /// Apartments that end: they get no new proxies and stubs.
    var closing: Set<ApartmentID> = []
    /// The first STA that there was; it keeps the name when it has ended (APT-02).
    var mainApartment: Apartment?
    var multithreaded: Apartment?
    /// The neutral apartment, from its first use on.
    var neutral: Apartment?
    /// Apartments that threads of the program are in: initialisations, and MTA usage cookies.
    var programUsers = 0
    /// Threads that COM started for apartments of its own.
    var singleThreadedHost: HostThread?
    var multithreadedHost: HostThread?
    var modules = ModuleTable()
    /// Class objects that were registered at run time.
    var classObjects: [RegisteredClassObject] = []
    var serving = ServerState()
    /// Threads that joined the MTA by `CoInitializeEx`, and `CoIncrementMTAUsage` cookies.
    var multithreadedUsers = 0
    var usageCookies: Set<UInt32> = []
    var lastCookie: UInt32 = 0
    /// Interfaces whose proxies and stubs are registered.
    var interfaces: [GUID: RegisteredInterface] = [:]
    /// `CoRegisterPSClsid`.
    var proxyStubClasses: [GUID: GUID] = [:]
    var exports = ExportTable()
    var proxies: [ProxyKey: Carried<Proxy>] = [:]
    /// Packets that objects made themselves, and that are out.
    var customPackets: [PacketID: MarshalKind] = [:]
    var freeThreaded = FreeThreadedTable()
    var globals = GlobalTable()
    /// The calls of threads that allow others to cancel them.
    var cancellable: [ThreadID: CancellableCalls] = [:]
    var remoting = RemotingTable()

    /// An interface that can be marshalled: IUnknown always can (MSH-03).
    func registered(_ iid: GUID) -> RegisteredInterface? {
      iid == IUnknown.iid ? RegisteredInterface(IUnknown.self) : interfaces[iid]
    }

    /// Whether the apartment lives and is not about to end.
    func isOpen(_ apartment: Apartment) -> Bool {
      apartments[apartment.id] != nil && !closing.contains(apartment.id)
    }
  }

  /// The process that a run begins with, and with it the run's SCM.
  ///
  /// - Parameter host: where processes live that are started later; nil: in this one of the operating
  ///   system.
  public convenience init(
    _ name: String, in kernel: Kernel, registry: Registry = Registry(),
    settings: Settings = Settings(), host: ServiceControlManager.Hosting? = nil
  ) {
    let id = kernel.numbers.process()
    kernel.tell(.processStarted(id, name: kernel.name(name)))
    registry.tell(kernel)
    self.init(
      of: id, Start(name: name, commandLine: name, settings: settings), in: kernel,
      registry: registry,
      scm: ServiceControlManager(in: kernel, registry: registry, settings: settings, host: host))
  }

  /// What COM keeps for a process that the kernel has started.
  public convenience init(
    of id: ProcessID, _ start: Start, in kernel: Kernel, registry: Registry
  ) {
    self.init(of: id, start, in: kernel, registry: registry, scm: nil)
  }

  private init(
    of id: ProcessID, _ start: Start, in kernel: Kernel, registry: Registry,
    scm: ServiceControlManager?
  ) {
    self.id = id
    self.start = start
    self.kernel = kernel
    self.registry = registry
    self.scm = scm
    tables = ShortLock(Tables())
    register(IClassFactory.self)
  }

  public var name: String { start.name }
  public var commandLine: String { start.commandLine }
  public var settings: Settings { start.settings }

  /// Starts a thread of the process. It is in no apartment until it initialises COM; an apartment
  /// that it leaves open is closed when it ends (INIT-22).
  @discardableResult
  public func spawn(
    _ name: String, origin: ThreadOrigin = .program, core: Int? = nil,
    _ body: @escaping @Sendable () -> Void
  ) -> KernelThread? {
    kernel.spawn(name, in: id, origin: origin, core: core) { [self] in run(body) }
  }

  /// Runs the body on the calling thread, which the kernel has started for the process.
  public func run(_ body: () -> Void) {
    let thread = ComThread(in: self)
    thread.install()
    body()
    thread.closeWhatIsOpen()
  }

  /// Registers an interface's proxy and stub: from here on it can be marshalled (I13).
  public func register<I: ComInterface>(_ interface: I.Type) {
    let entry = RegisteredInterface(interface)
    tables.withLock { $0.interfaces[I.iid] = entry }
  }

  func registered(_ iid: GUID) -> RegisteredInterface? {
    tables.withLock { $0.registered(iid) }
  }

  /// The first STA of the process, while it lives.
  public var mainApartment: Apartment? {
    tables.withLock { tables in tables.mainApartment.flatMap { tables.apartments[$0.id] } }
  }

  var multithreaded: Apartment? { tables.withLock { $0.multithreaded } }

  func apartment(_ id: ApartmentID) -> Apartment? { tables.withLock { $0.apartments[id] } }
}

/// An interface that can be marshalled: how its stub finds a component's methods and serves them.
struct RegisteredInterface: Sendable {
  let iid: GUID
  let name: String
  /// A stub of the interface for an object, where the object has its methods.
  let makeStub: @Sendable (AnyObject) -> InterfaceStub?

  init<I: ComInterface>(_ interface: I.Type) {
    iid = I.iid
    name = I.name
    makeStub = { object in I.methods(of: object).map { InterfaceStub(I.self, for: $0) } }
  }
}
