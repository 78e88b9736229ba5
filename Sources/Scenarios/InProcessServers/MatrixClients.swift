import ApartmentRuntime
import ThreadKernel
import Trace

/// A kind of client: a thread, and whether the agent asks on it.
enum MatrixClient: CaseIterable, Sendable {
  case main, desk, web, guest
  /// The agent in the neutral apartment, called by main.
  case agentOnMain
  /// The same, called by web.
  case agentOnWeb

  static func all(_ stage: Stage) -> [MatrixClient] {
    stage.knobs["main"] == "there" ? allCases : [.web, .guest, .agentOnWeb]
  }

  var isAgent: Bool { self == .agentOnMain || self == .agentOnWeb }

  /// The thread that its code runs on.
  var thread: String {
    switch self {
    case .main, .agentOnMain: "main"
    case .desk: "desk"
    case .web, .agentOnWeb: "web"
    case .guest: "guest"
    }
  }

  var words: String {
    switch self {
    case .main: "main STA"
    case .desk: "other STA"
    case .web: "MTA"
    case .guest: "implicit MTA"
    case .agentOnMain: "NA on STA"
    case .agentOnWeb: "NA on MTA"
    }
  }
}

/// What a client is to make.
struct MatrixRequest: Sendable {
  let client: MatrixClient
  let model: ThreadingModel
  /// Set when it is done.
  let done: Signal
}

/// Where a client's thread finds what it is asked for.
final class MatrixDesk: Sendable {
  private struct State: Sendable {
    var room: Apartment?
    var request: MatrixRequest?
    var isClosed = false
    var bell: Signal
  }

  private let kernel: Kernel
  private let state: Guarded<State>

  init(in kernel: Kernel) {
    self.kernel = kernel
    state = Guarded(State(bell: Signal(in: kernel)))
  }

  /// The client's thread has messages in this room.
  func open(_ room: Apartment) { state.withLock { $0.room = room } }

  func take() -> MatrixRequest? {
    state.withLock { state in
      defer { state.request = nil }
      return state.request
    }
  }

  /// Waits for the next request; nil: there will be none.
  func wait() -> MatrixRequest? {
    guard state.withLock({ $0.bell }).wait() else { return nil }
    if state.withLock({ $0.isClosed }) { return nil }
    let bell = Signal(in: kernel)
    state.withLock { $0.bell = bell }
    return take()
  }

  func put(_ request: MatrixRequest) {
    let (room, bell) = state.withLock { state in
      state.request = request
      return (state.room, state.bell)
    }
    if let room { postThreadMessage(.user(0), to: room) } else { bell.set() }
  }

  func close() {
    let bell = state.withLock { state in
      state.isClosed = true
      return state.bell
    }
    bell.set()
  }
}

/// The desks of all threads.
struct MatrixDesks: Sendable {
  private let kernel: Kernel
  private let desks: [String: MatrixDesk]

  init(in stage: Stage) {
    kernel = stage.kernel
    var desks: [String: MatrixDesk] = [:]
    for client in MatrixClient.all(stage) where desks[client.thread] == nil {
      desks[client.thread] = MatrixDesk(in: stage.kernel)
    }
    self.desks = desks
  }

  subscript(_ client: MatrixClient) -> MatrixDesk {
    guard let desk = desks[client.thread] else { preconditionFailure("no such client") }
    return desk
  }

  /// Has a client make one, and waits until it has.
  func ask(_ client: MatrixClient, for model: ThreadingModel) {
    let request = MatrixRequest(client: client, model: model, done: Signal(in: kernel))
    self[client].put(request)
    request.done.wait()
  }

  /// Nobody will ask any more: threads with messages see that for themselves.
  func close() { for client in [MatrixClient.guest, .web] { self[client].close() } }
}

/// What the keys have chosen, and which cells are still open.
struct MatrixChoice {
  private let clients: [MatrixClient]
  private var open: [(MatrixClient, ThreadingModel)]
  private var clientAt = 0
  private var modelAt = 0

  init(clients: [MatrixClient]) {
    self.clients = clients
    open = clients.flatMap { client in ThreadingModel.allCases.map { (client, $0) } }
  }

  var client: MatrixClient { clients[clientAt] }
  var model: ThreadingModel { ThreadingModel.allCases[modelAt] }
  var words: String { "\(client.words), \(model.words)" }

  mutating func nextClient() { clientAt = (clientAt + 1) % clients.count }
  mutating func nextModel() { modelAt = (modelAt + 1) % ThreadingModel.allCases.count }

  mutating func isAsked(_ client: MatrixClient, _ model: ThreadingModel) {
    open.removeAll { $0 == (client, model) }
  }

  mutating func takeOpen() -> (MatrixClient, ThreadingModel)? {
    open.isEmpty ? nil : open.removeFirst()
  }
}

extension ThreadingModel {
  /// What the registry says; nil: nothing.
  var text: String? {
    switch self {
    case .absent: nil
    case .apartment: "Apartment"
    case .both: "Both"
    case .free: "Free"
    case .neutral: "Neutral"
    case .invalid: "Sometimes"
    }
  }

  var words: String { self == .invalid ? "bad value" : text ?? "absent" }
}
