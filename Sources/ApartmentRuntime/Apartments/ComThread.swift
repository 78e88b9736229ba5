import ThreadKernel
import Trace

/// What COM keeps for a thread: its process, its apartment, the calls that it serves.
final class ComThread {
  let process: ComProcess
  /// How often it initialised COM; 0: it is in no apartment of its own accord.
  var initializations: UInt32 = 0
  /// The apartment that it entered by `CoInitializeEx`, or in which COM runs it.
  var entered: Apartment?
  /// The MTA that it was last found to be in without having entered.
  private var implied: Apartment?
  /// Whether COM started it to serve calls: to the MTA, or in an STA of its own.
  var isOfPool = false
  /// Whether it is about to serve a call for the pool of the MTA, and then goes back there at once.
  var servesForPool = false
  /// Other apartments that its code runs in for the length of a call, outermost first.
  var visits: [Apartment] = []
  /// The calls that it serves, outermost first.
  var serving: [Call] = []
  /// Class objects that clients of other processes get by the call that it serves.
  var arriving: [Unknown] = []
  /// The calls that it waits for, outermost first.
  var outgoing: [Call] = []
  /// The message filter of its STA.
  var filter: FilterHold?
  /// The last message in its queue that the filter is not to be asked about any more.
  var lastMessageAskedFor = MessageID.none
  /// How often it enabled the cancellation of its calls, and who can cancel what then.
  var cancellations: (count: Int, calls: CancellableCalls)?
  /// What it does with messages that are sent to it.
  var windowProcedure: ((UInt32) -> Int32)?
  /// Held while a piece of its mail is taken and seen to, so that they are in their order.
  let mailOrder = MailOrder()
  /// Whether mail comes to it, and not only answers to calls that it makes.
  var hasMailbox = true
  /// Calls that came by mail for an apartment that is not there any more.
  var unreachable: [Call] = []
  /// What mail has brought about and is still to be done.
  var chores: [Chore] = []
  /// How many sent messages it is dispatching, one within the other.
  var sentMessages = 0

  init(in process: ComProcess) { self.process = process }

  var kernel: Kernel { process.kernel }

  func install() { KernelThread.current?.locals = self }

  /// The calling thread's, where it can call COM.
  static var ofCaller: ComThread? { KernelThread.current?.locals as? ComThread }

  /// The calling thread's. Only threads that a `ComProcess` started can call COM.
  static var current: ComThread {
    guard let thread = ofCaller else {
      preconditionFailure("COM is called on a thread that no ComProcess started")
    }
    return thread
  }

  /// The apartment that the thread is in. A thread that entered none is in the MTA, implicitly,
  /// while the process has one (INIT-13, INIT-16).
  var apartment: Apartment? { visits.last ?? own }

  /// The same without the apartments that its code visits.
  var own: Apartment? {
    if let entered { return entered }
    // Told under the lock that ends an MTA: nobody enters one that has ended.
    let multithreaded = process.tables.withLock { tables in
      if tables.multithreaded !== implied { tellImplied(tables.multithreaded) }
      return tables.multithreaded
    }
    implied = multithreaded
    return multithreaded
  }

  private func tellImplied(_ multithreaded: Apartment?) {
    if let left = implied { kernel.tell(.apartmentLeft(left.id, count: 0)) }
    if let multithreaded {
      kernel.tell(.apartmentEntered(multithreaded.id, .implicit, count: 0))
    }
  }

  /// The same, for functions that need one.
  func requireApartment() throws(HResult) -> Apartment {
    guard let apartment else { throw .CO_E_NOTINITIALIZED }
    return apartment
  }

  /// The thread enters an apartment of its own accord.
  func enter(_ apartment: Apartment) {
    entered = apartment
    openMail()
    // Whatever it was in without entering, it is in no more.
    implied = nil
    initializations = 1
    kernel.tell(.apartmentEntered(apartment.id, .explicit, count: 1))
  }

  /// The thread gives its last initialisation back.
  func leave(_ apartment: Apartment) {
    initializations = 0
    entered = nil
    kernel.tell(.apartmentLeft(apartment.id, count: 0))
  }

  /// COM puts a thread of its own into an apartment, and keeps it there whatever the thread gives
  /// back (APT-10).
  func joinPool(of apartment: Apartment) {
    isOfPool = true
    enter(apartment)
  }

  func leavePool(of apartment: Apartment) {
    isOfPool = false
    while initializations > 1 {
      initializations -= 1
      kernel.tell(.apartmentLeft(apartment.id, count: initializations))
    }
    leave(apartment)
  }

  /// What COM does for a thread that ends without `CoUninitialize` (INIT-22).
  func closeWhatIsOpen() {
    // It is COM's doing, so no line of the program's stands for it.
    while initializations > 0 { coUninitialize(file: "", line: 0) }
    if let implied { kernel.tell(.apartmentLeft(implied.id, count: 0)) }
    implied = nil
    forbidCancellation()
    closeMail()
    // The thread's record outlives the run's interest in it; what it kept for COM does not.
    KernelThread.current?.locals = nil
  }
}
