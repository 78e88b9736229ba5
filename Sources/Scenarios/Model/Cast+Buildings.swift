import Trace

/// Processes on the plan.
extension Cast {
  /// The place of one process, or of the SCM, from the start to the end: of a process that comes
  /// later the lot is kept free, of one that was killed the ruin stays.
  ///
  /// ```swift
  /// Cast(buildings: [
  ///   .client("client A"),                                    // one line at 80×24: its main thread
  ///   .client("client B"),
  ///   .server("server 1", rooms: [.sta("main"), .sta("gadgets")]),
  ///   .scm,
  ///   .server("server 2", rooms: [.sta("main"), .sta("gadgets")]),   // started in the lesson
  /// ])
  /// ```
  ///
  /// A building is found by its name: the name that the process is started with. Process 1 is
  /// called after the first client. The order is the order of the keys: `client A`'s main thread is 1,
  /// `client B`'s 2, then 3 main and 4 gadgets in `server 1`. Where a building stands follows from
  /// its kind, unless it says so: clients with rooms are on the left, the SCM and servers on the right
  /// (the SCM below the client where there is one only); where no client has rooms, the first server
  /// has the left side for itself.
  public struct Building: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case client, server, scm }

    public let kind: Kind
    /// What the process is started as: `server 1`.
    public let name: String
    /// The apartments that it will have. A client without any is one line where the screen is low.
    public let rooms: [Room]
    /// The names of all its threads, in the order of their keys.
    public let threads: [String]
    public let side: Side?
    /// A building that takes no part is one line on every screen.
    public let takesPart: Bool
    /// Its share of the height of its column: 1 where others of the column have one; where none has,
    /// that follows from the kinds.
    public let share: Int?

    /// A client whose inside matters little: its threads and what they wait for.
    static func client(
      _ name: String, threads: [String] = ["main"], takesPart: Bool = true
    ) -> Self {
      Self(.client, name, threads: threads, on: nil, takesPart: takesPart)
    }

    /// A client with what is in it: proxies, and calls that cross to a server.
    static func client(
      _ name: String, rooms: [Room], on side: Side? = nil, share: Int? = nil
    ) -> Self {
      Self(.client, name, rooms: rooms, on: side, share: share)
    }

    /// A server with its rooms.
    static func server(
      _ name: String, rooms: [Room], on side: Side? = nil, takesPart: Bool = true, share: Int? = nil
    ) -> Self {
      Self(.server, name, rooms: rooms, on: side, takesPart: takesPart, share: share)
    }

    /// The service control manager: its class table, who asks for what, and how many calls were
    /// made to it.
    static func scm(on side: Side? = nil, takesPart: Bool = true, share: Int? = nil) -> Self {
      Self(.scm, "SCM", on: side, takesPart: takesPart, share: share)
    }

    static let scm = Self.scm()

    private init(
      _ kind: Kind, _ name: String, rooms: [Room] = [], threads: [String]? = nil, on side: Side?,
      takesPart: Bool = true, share: Int? = nil
    ) {
      self.kind = kind
      self.name = name
      self.rooms = rooms
      self.threads = threads ?? rooms.flatMap(\.threads)
      self.side = side
      self.takesPart = takesPart
      self.share = share
    }
  }

  /// The number of a thread: drawn beside its name, the key that steps it, and what questions go by.
  /// It is its place in the cast.
  func number(of thread: String, in process: String) -> Int {
    var number = 0
    for building in buildings {
      for name in building.threads {
        number += 1
        if building.name == process, name == thread { return number }
      }
    }
    preconditionFailure("no thread \(thread) of \(process) in the cast")
  }

  /// A thread as a choice of a question: `4 gadgets of server 1`.
  func choice(_ thread: String, in process: String) -> Question.Choice {
    Question.Choice(number(of: thread, in: process), .thread("\(thread) of \(process)"))
  }

  /// Threads as the choices of a question: by their names where all are of one process, by their
  /// processes where each is of another, else `4 gadgets of server 1`.
  func choices(_ threads: (name: String, process: String)...) -> [Question.Choice] {
    let processes = Set(threads.map(\.process))
    return threads.map { thread in
      let label =
        processes.count == 1
        ? thread.name
        : processes.count == threads.count
          ? thread.process : "\(thread.name) of \(thread.process)"
      return Question.Choice(number(of: thread.name, in: thread.process), .thread(label))
    }
  }

  /// The number of whoever that is in the World; 0 where the cast does not have it.
  func number(of thread: ThreadID, in world: World) -> Int {
    guard let name = world.threads[thread]?.name else { return 0 }
    let process = world.label(process: thread.processID)
    let isInCast = buildings.contains { $0.name == process && $0.threads.contains(world[name]) }
    return isInCast ? number(of: world[name], in: process) : 0
  }

  /// What process 1 is called.
  var firstProcess: String? { buildings.first { $0.kind == .client }?.name }
}

extension Cast.Room {
  /// A single-threaded apartment in a building, by the name of its thread.
  static func sta(_ thread: String) -> Self {
    let isMain = thread == "main"
    return Self(.singleThreaded, isMain ? "main STA" : "STA", [thread], .left, isMain: isMain)
  }

  /// The multithreaded apartment of a building.
  static func mta(_ threads: String...) -> Self { Self(.multithreaded, "MTA", threads, .left) }
}
