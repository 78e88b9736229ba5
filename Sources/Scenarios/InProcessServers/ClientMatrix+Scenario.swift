import Trace

extension ClientMatrix {
  static let scenario = Scenario(
    id: "matrix", key: "F", document: .inProcessServers, facts: ["I8", "I9"],
    cast: castWithMain,
    castOfKnobs: { $0["main"] == "there" ? castWithMain : castWithoutMain },
    knobs: [Knob("main", ["there", "none"])],
    actions: [
      Action("create", key: "a"), Action("client", key: "c"), Action("model", key: "d"),
      Action("fill", key: "f"),
    ],
    steps: { knobs in
      [start(knobs)] + cells(knobs).map(\.step)
        + [
          Step("matrix.yours", ["I8"]) {
            $0.thread(named: "chooser")?.activity == .waiting(.action)
          }
        ]
    },
    questions: { knobs in cells(knobs).map(\.question) },
    always: { knobs in
      [
        Expectation("every cell was as the rule of ThreadingModel says") { world in
          world.activations.allSatisfy { $0.isAsRuled(in: world) }
        },
        Expectation("every counter could be called") { world in
          world.components(named: "Counter").allSatisfy { world.value("value", of: $0.id) == 1 }
        },
        Expectation("only the bad value was refused") {
          $0.refusedWith.allSatisfy { $0 == .REGDB_E_BADTHREADINGMODEL }
        },
        Expectation("nobody was in a room that is not its own") { $0.trespasses.isEmpty },
      ]
        + cells(knobs).map { cell in
          Expectation("\(cell.key) was made") { $0.has(cell.room, cell.model) }
        }
    },
    whatIfs: [KnobSetting("main", "none")],
    files: ["ClientMatrix.swift", "MatrixClients.swift", "MatrixClasses.swift", "Counter.swift"],
    view: .matrix,
    program: program)

  private static let castWithMain = Cast([
    .main, .desk(.left), .multithreaded(["web", "guest", "host"], .right), .hostSTA(.right),
  ])

  private static let castWithoutMain = Cast([
    .multithreaded(["web", "guest"], .left), .hostSTA(.right, isMain: true),
  ])

  /// A cell that the lesson makes by itself.
  private struct OwnCell {
    let key: String
    let room: World.ClientRoom
    let model: ThreadingModel
    let facts: [String]

    var step: Step { Step(key, facts) { [room, model] in $0.has(room, model) } }

    var question: Question {
      Question(
        "\(key)-path", before: key,
        choices: [.init(1, .text("matrix.direct")), .init(2, .text("matrix.proxy"))]
      ) { [room, model] world in
        world.activation(room, model)?.path == .direct ? 1 : 2
      }
    }
  }

  private static func cells(_ knobs: KnobValues) -> [OwnCell] {
    knobs["main"] == "there"
      ? [
        OwnCell(key: "matrix.main-both", room: .mainSTA, model: .both, facts: ["I8"]),
        OwnCell(key: "matrix.desk-absent", room: .otherSTA, model: .absent, facts: ["I8", "I9"]),
        OwnCell(
          key: "matrix.web-apartment", room: .multithreaded, model: .apartment, facts: ["I9"]),
        OwnCell(key: "matrix.main-free", room: .mainSTA, model: .free, facts: ["I9"]),
      ]
      : [
        OwnCell(
          key: "matrix.web-absent", room: .multithreaded, model: .absent, facts: ["I8", "I9"]),
        OwnCell(
          key: "matrix.web-apartment-too", room: .multithreaded, model: .apartment, facts: ["I9"]),
        OwnCell(
          key: "matrix.guest-free", room: .implicitMultithreaded, model: .free, facts: ["I8"]),
      ]
  }

  private static func start(_ knobs: KnobValues) -> Step {
    Step(knobs["main"] == "there" ? "matrix.clients" : "matrix.clients-without-main") {
      $0.thread(named: "chooser") != nil
    }
  }
}

extension World {
  fileprivate func activation(_ room: ClientRoom, _ model: ThreadingModel) -> Activation? {
    activations.first { $0.room == room && classes[$0.ofClass]?.model == model }
  }

  fileprivate func has(_ room: ClientRoom, _ model: ThreadingModel) -> Bool {
    activation(room, model) != nil
  }
}

extension World.Activation {
  /// The rule that the whole matrix follows from: direct where the model allows the client's room.
  fileprivate func isAsRuled(in world: World) -> Bool {
    guard let room, let model = world.classes[ofClass]?.model else { return false }
    guard model != .invalid else { return result == .REGDB_E_BADTHREADINGMODEL }
    let isInSTA = room == .mainSTA || room == .otherSTA
    let isInMTA = room == .multithreaded || room == .implicitMultithreaded
    let isDirect =
      switch model {
      case .absent: room == .mainSTA
      case .apartment: isInSTA
      case .both: true
      case .free: isInMTA
      case .neutral: !isInSTA && !isInMTA
      case .invalid: false
      }
    let other: World.PointerPath = model == .neutral ? .lightProxy : .proxy
    return result == .S_OK && path == (isDirect ? .direct : other)
  }
}
