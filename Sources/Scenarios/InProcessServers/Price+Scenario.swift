import Trace

extension Price {
  static let scenario = Scenario(
    id: "price", key: "H", document: .inProcessServers, facts: ["I16"],
    cast: Cast([
      .main, .desk(.left), .multithreaded(["web", "host"], .right),
    ]),
    actions: [Action("burst", key: "a")],
    steps: { _ in
      [Step("price.ready") { $0.isHeld("FreeCounter", by: "desk.free") }]
        + PricePath.allCases.map { path in
          Step(key(path), ["I16"]) { $0.section(of: path)?.isOpen == false }
        }
        + [
          Step("price.meter", ["I16"]) { $0.thread(named: "meter")?.activity == .waiting(.action) }
        ]
    },
    questions: { _ in
      [
        Question(
          "price.hand-offs", before: key(.staToSTA),
          choices: [
            .init(1, .text("price.none")), .init(2, .text("price.once")),
            .init(3, .text("price.twice")), .init(4, .text("price.four-times")),
          ]
        ) { world in
          guard let section = world.section(of: .staToSTA) else { return 1 }
          // In a free run nobody is picked; then each packet stands for a hand-off.
          switch max(section.handOffs, section.packets) {
          case 0: return 1
          case 1: return 2
          case 2, 3: return 3
          default: return 4
          }
        }
      ]
    },
    always: { _ in
      [
        Expectation("a direct call sends nothing, any other a request and an answer") { world in
          PricePath.allCases.allSatisfy { path in
            world.section(of: path)?.packets == (isDirect(path) ? 0 : 2)
          }
        },
        Expectation("only calls from room to room were served by others") {
          $0.servers.allSatisfy { ["main", "desk", "host"].contains($0) || $0.hasPrefix("pool ") }
        },
        Expectation("nobody was in a room that is not its own") { $0.trespasses.isEmpty },
        Expectation("each key gave a figure for each way to call") { world in
          let bursts = world.actions.count
          return world.measurements.count == bursts * (PricePath.allCases.count + 1)
        },
      ]
    },
    shows: { _ in
      [
        Expectation("a call from room to room changed threads twice, the others never") { world in
          PricePath.allCases.allSatisfy { path in
            world.section(of: path)?.handOffs == (isOnOneThread(path) ? 0 : 2)
          }
        }
      ]
    },
    files: ["Price.swift", "PriceParts.swift", "PriceBurst.swift"],
    view: .price,
    program: program)

  private static func key(_ path: PricePath) -> String {
    switch path {
    case .direct: "price.direct"
    case .freeThreaded: "price.ftm"
    case .lightProxy: "price.light"
    case .staToSTA: "price.sta-to-sta"
    case .mtaToSTA: "price.mta-to-sta"
    case .staToMTA: "price.sta-to-mta"
    }
  }

  private static func isDirect(_ path: PricePath) -> Bool {
    path == .direct || path == .freeThreaded
  }

  /// The light proxy packs bytes too, but no other thread takes part.
  private static func isOnOneThread(_ path: PricePath) -> Bool {
    isDirect(path) || path == .lightProxy
  }
}

extension World {
  fileprivate func section(of path: PricePath) -> Section? {
    sections.first { self[$0.name] == path.name }
  }
}
