/// Processes, and what the SCM was asked.
extension World {
  public struct Process: Hashable, Sendable {
    public var id: ProcessID
    public var name: Name
    public var isAlive = true
    /// Whether it was killed: what was in it stays as it was, a ruin.
    public var isKilled = false
    /// The request that the SCM started it for; none: it did not.
    public var launchedFor: RequestID = .none
    /// The count that keeps a server alive, as `CoAddRefServerProcess` has it.
    public var serverCount: UInt32 = 0
    /// Who has a part in the count, in the order in which they came.
    public var serverHolders: [ServerHolder] = []
    /// The apartments of other processes that it knows how to reach.
    public var resolved: [ApartmentID] = []
    /// The processes that it has nothing more to do with.
    public var cutConnections: [CutConnection] = []
    /// How many pings of it were missed in a row.
    public var missedPings: UInt32 = 0
  }

  /// A part in the count of a server process.
  public struct ServerHolder: Hashable, Sendable {
    public var name: Name
    /// Below 0 where that name took away what others had added.
    public var count: Int64
  }

  public struct CutConnection: Hashable, Sendable {
    public var process: ProcessID
    public var result: HResult
    public var at: UInt64
  }

  /// One call to the SCM.
  public struct ScmRequestRecord: Hashable, Sendable {
    public var id: RequestID
    public var kind: ScmRequest
    public var ofClass: ClassID
    public var registration: RegistrationID
    /// Who asks.
    public var client: ThreadID
    /// Who is to serve an activation, as the SCM answered.
    public var process: ProcessID = .none
    /// The process that the SCM started for it.
    public var launched: ProcessID = .none
    public var state: State = .open
    public var result: HResult = .S_OK
    public var at: UInt64

    public enum State: Hashable, Sendable {
      case open, answered
      /// The client was killed before it had its answer.
      case lost
    }
  }
}

extension World {
  public var requestsInOrder: [ScmRequestRecord] { requests.values.sorted { $0.id < $1.id } }
}

extension World.Call {
  /// Whether nobody waits for it any more: its caller has the answer, or was killed.
  public var isOver: Bool { state == .returned || state == .lost }
}
