import ThreadKernel
import Trace

/// What a process knows of others, and they of it.
struct RemotingTable: Sendable {
  /// How apartments of others are reached.
  var whereabouts: [ApartmentID: Whereabouts] = [:]
  /// Its own apartments that others can reach, and the thread that gets the mail of each.
  var announced: [ApartmentID: ThreadID] = [:]
  /// Its calls to others, until they are over.
  var outgoing: [CallID: Pending] = [:]
  /// Calls of others, until they are over.
  var incoming: [Incoming: Pending] = [:]
  /// Packets of others' objects that are here, and nobody has used or released.
  var packets: [PacketID: ForeignPacket] = [:]
  /// Whose death its apartments are to be told of.
  var watched: Set<Watch> = []
  /// Processes that are gone, as far as their references go: none are given to them any more.
  var gone: Set<ProcessID> = []
  /// Processes that it has nothing more to do with.
  var cut: Set<ProcessID> = []
  /// Processes whose missed pings are being counted.
  var missing: Set<ProcessID> = []
  private var announcing: VisibleLock?

  /// Processes that are gone, and whose last answers are still to be looked at.
  var postponed: Set<ProcessID> = []

  /// A call of another process: what one says of a call is not about another's.
  struct Incoming: Hashable, Sendable {
    let client: ProcessID
    let call: CallID
  }

  /// A call on its way between processes, with its request as it crosses.
  struct Pending: Sendable {
    let call: Call
    let request: Crossing
    /// The thread that gets the answer.
    let replyTo: ThreadID
  }

  /// Whether a thread may have an answer of the process's in its mail: it can bring packets home.
  func awaitsAnswer(of process: ProcessID, exceptBy thread: ThreadID = .none) -> Bool {
    outgoing.values.contains { pending in
      pending.call.destination?.process == process && !pending.call.isAsynchronous
        && pending.replyTo != thread
    }
  }

  /// A packet of an object in another process.
  struct ForeignPacket: Sendable {
    let standard: StandardReference
    /// The object's name.
    let name: String
  }

  struct Watch: Hashable, Sendable {
    let client: ProcessID
    let apartment: ApartmentID
  }

  /// Whether the client, where it is another process, gets no references any more.
  func isGone(_ client: ProcessID?) -> Bool { client.map(gone.contains) ?? false }

  /// Who makes an apartment known, one at a time.
  mutating func turn(in kernel: Kernel) -> VisibleLock {
    if let announcing { return announcing }
    let lock = VisibleLock(in: kernel)
    announcing = lock
    return lock
  }
}
