import TerminalUI
import Trace

/// Who got what: clients by threading models. Every cell is what was seen in this run.
struct Matrix: Sendable {
  /// What was seen last for a client and a model.
  struct Cell: Hashable, Sendable {
    var activation: World.Activation
    /// It came in the last step.
    var isNew: Bool
  }

  static let clients = World.ClientRoom.allCases
  static let models: [ThreadingModel] = [.absent, .apartment, .both, .free, .neutral, .invalid]

  private struct Place: Hashable {
    var client: World.ClientRoom
    var model: ThreadingModel
  }

  private let world: World
  /// The rows: clients that the run can have.
  let clients: [World.ClientRoom]
  private var cells: [Place: Cell] = [:]
  /// The errors that were seen, in the order of their coming: more than one has a number.
  private(set) var errors: [HResult] = []

  init(_ context: PlanContext) {
    world = context.world
    clients = Self.clients(context)
    let known = context.baseline?.activations.count ?? world.activations.count
    for (index, activation) in world.activations.enumerated() {
      guard let client = activation.room, let model = world.classes[activation.ofClass]?.model
      else { continue }
      cells[Place(client: client, model: model)] = Cell(
        activation: activation, isNew: index >= known)
      if activation.result.isFailure, !errors.contains(activation.result) {
        errors.append(activation.result)
      }
    }
  }

  /// Where the program has no STA of its own, no client stands in one: those rows are left out.
  private static func clients(_ context: PlanContext) -> [World.ClientRoom] {
    let rooms = context.cast.rooms
    let seen = Set(context.world.activations.compactMap(\.room))
    let hasSTA =
      rooms.isEmpty || rooms.contains { $0.kind == .singleThreaded && !$0.isStartedByCOM }
      || context.world.apartments.values.contains {
        $0.kind == .singleThreaded && $0.startedBy == .program
      }
    guard !hasSTA else { return Self.clients }
    let withoutSTA: Set<World.ClientRoom> = [
      .multithreaded, .implicitMultithreaded, .neutralOnMTA,
    ]
    return Self.clients.filter { withoutSTA.contains($0) || seen.contains($0) }
  }

  let title = "who got what: clients by threading models"

  var progress: String { "\(cells.count) of \(clients.count * Self.models.count) seen" }

  subscript(_ client: World.ClientRoom, _ model: ThreadingModel) -> Cell? {
    cells[Place(client: client, model: model)]
  }

  /// The cells that were seen with their places, the latest first.
  var latest: [(client: World.ClientRoom, model: ThreadingModel, cell: Cell)] {
    cells.map { ($0.client, $0.model, $1) }.sorted { $0.2.activation.at > $1.2.activation.at }
  }

  /// Whether some cell has nothing in it yet.
  var hasUnseen: Bool { cells.count < clients.count * Self.models.count }

  /// Whether a host STA that is the main one was seen: the legend has to say what that is.
  var hasHostThatIsMain: Bool {
    cells.values.contains { cell in
      guard let home = world.apartments[cell.activation.home] else { return false }
      return cell.activation.path != .direct && home.isMain && home.startedBy == .com
    }
  }
}

/// What stands in the cells, by how much room there is.
enum MatrixWords: Hashable, Sendable {
  /// `proxy → host STA`.
  case long
  /// `proxy→host`.
  case middle
  /// `P→host`.
  case short

  /// The widths of the columns; they hold the longest cell with its NEW and never change.
  var columns: [Int] {
    switch self {
    case .long: [29, 29, 12, 22, 22, 30]
    case .middle: [18, 18, 12, 18, 15, 10]
    case .short: [13, 13, 9, 12, 9, 10]
    }
  }

  static let labelWidth = 14

  var width: Int { columns.reduce(Self.labelWidth, +) }

  /// The longest words that fit; nil: not even the short ones do.
  static func fitting(width: Int) -> MatrixWords? {
    [.long, .middle, .short].first { $0.width <= width }
  }
}

extension Matrix {
  static func label(_ client: World.ClientRoom) -> String {
    switch client {
    case .mainSTA: "main STA"
    case .otherSTA: "other STA"
    case .multithreaded: "MTA"
    case .implicitMultithreaded: "implicit MTA"
    case .neutralOnSTA: "NA on STA"
    case .neutralOnMTA: "NA on MTA"
    }
  }

  static func label(_ model: ThreadingModel) -> String {
    switch model {
    case .absent: "absent"
    case .apartment: "Apartment"
    case .both: "Both"
    case .free: "Free"
    case .neutral: "Neutral"
    case .invalid: "bad value"
    }
  }

  /// `proxy → host STA`, `P→host`, the error; `·` where nothing was seen yet.
  func text(_ cell: Cell?, _ words: MatrixWords) -> StyledText {
    guard let cell else { return StyledText("·", .dim) }
    let text = cell.activation.result.isFailure ? error(cell, words) : pointer(cell, words)
    guard cell.isNew else { return StyledText(text) }
    return StyledText(text + " NEW", .changed)
  }

  private func error(_ cell: Cell, _ words: MatrixWords) -> String {
    words == .long ? cell.activation.result.name : mark(of: cell.activation.result)
  }

  /// `E`, or `E1`, `E2` where there are several.
  func mark(of error: HResult) -> String {
    let number = errors.firstIndex(of: error).map { $0 + 1 } ?? 0
    return errors.count > 1 ? "E\(number)" : "E"
  }

  private func pointer(_ cell: Cell, _ words: MatrixWords) -> String {
    let home = home(of: cell.activation, words)
    switch (cell.activation.path, words) {
    case (.direct, .short): return "D"
    case (.direct, _): return "direct"
    case (.proxy, .long): return "proxy → " + home
    case (.proxy, .middle): return "proxy→" + home
    case (.proxy, .short): return "P→" + home
    case (.lightProxy, .long): return "light proxy → " + home
    case (.lightProxy, .middle): return "light→" + home
    case (.lightProxy, .short): return "L→" + home
    }
  }

  /// Where the object lives: `host STA`, `host`.
  private func home(of activation: World.Activation, _ words: MatrixWords) -> String {
    guard let home = world.apartments[activation.home] else { return "?" }
    if home.kind == .neutral { return "NA" }
    if words == .long { return world.label(apartment: home.id) }
    switch (home.kind, home.startedBy, home.isMain) {
    case (.singleThreaded, .com, true): return "h.main"
    case (.singleThreaded, .com, false): return "host"
    case (.singleThreaded, .program, true): return "main"
    case (.singleThreaded, .program, false): return "STA"
    case (.multithreaded, .com, _): return "hMTA"
    case (.multithreaded, .program, _), (.neutral, _, _): return "MTA"
    }
  }
}
