import Trace

extension ForgetDetach {
  static let scenario = Scenario(
    id: "forget-detach", key: "6", document: .service, facts: ["S7"],
    cast: Cast([.main, .background]),
    knobs: [Knob("detach", ["forgotten", "done"])],
    steps: steps,
    questions: { _ in
      [
        Question(
          "forget-detach.count", before: "forget-detach.returned",
          choices: [
            .init(1, .text("forget-detach.one")), .init(2, .text("forget-detach.zero")),
          ]
        ) { ($0.streams.first?.count ?? 0) > 0 ? 1 : 2 },
        Question(
          "forget-detach.still-to-come", before: "forget-detach.ended",
          choices: [
            .init(1, .text("forget-detach.one-more")), .init(2, .text("forget-detach.none")),
          ]
        ) { $0.misuses.isEmpty ? 2 : 1 },
      ]
    },
    always: { knobs in
      [
        Expectation("COM had released the stream, and freed it") {
          $0.streams.map(\.isAlive) == [false]
        },
        Expectation("the work was done all the same") { $0.returns(of: "DoWork") == 1 },
        isForgotten(knobs)
          ? Expectation("the second release of the stream was caught") { world in
            world.misuses.map(\.use) == [.release]
              && world.misuses.map(\.object) == world.streams.map(\.id)
          }
          : Expectation("nothing was released twice") { $0.misuses.isEmpty },
      ]
    },
    whatIfs: [KnobSetting("detach", "done")],
    files: ["ForgetDetach.swift", "Package.swift", "Shell.swift"],
    program: program)

  private static func isForgotten(_ knobs: KnobValues) -> Bool { knobs["detach"] == "forgotten" }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let detached = Step("forget-detach.detached", ["S7"]) { world in
      world.target(ofField: "Package.m_pBackgroundSP") != nil
        && world.target(ofField: "Package.m_pSPStream") == nil
    }
    return [
      Step("forget-detach.marshalled") { $0.target(ofField: "Package.m_pSPStream") != nil },
      Step("forget-detach.entered") { $0.apartment(of: "worker")?.kind == .multithreaded },
      Step("forget-detach.returned", ["S7"]) {
        $0.target(ofField: "Package.m_pBackgroundSP") != nil
      },
    ] + (isForgotten(knobs) ? [] : [detached]) + [
      Step("forget-detach.worked") { $0.returns(of: "DoWork") > 0 },
      Step("forget-detach.closing") { $0.isIn("~Package", "worker") },
      isForgotten(knobs)
        ? Step("forget-detach.ended", ["S7"]) { !$0.misuses.isEmpty }
        : Step("forget-detach.ended", ["S7"]) { $0.thread(named: "worker")?.activity == .ended },
    ]
  }
}
