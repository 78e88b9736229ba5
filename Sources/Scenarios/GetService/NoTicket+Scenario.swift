import Trace

extension NoTicket {
  static let scenario = Scenario(
    id: "no-ticket", key: "5", document: .service, facts: ["S5", "S6"],
    cast: Cast([.main, .background], corridorRows: 5),
    knobs: [Knob("tear", ["cut", "scratched"])],
    steps: { _ in
      [
        Step("no-ticket.too-early", ["S6"]) { $0.refusedWith.contains(.E_UNEXPECTED) },
        Step("no-ticket.marshalled") { $0.target(ofField: "Package.m_pSPStream") != nil },
        Step("no-ticket.opened", ["S5"]) { $0.target(ofField: "Package.m_pBackgroundSP") != nil },
        Step("no-ticket.copied") { $0.target(ofField: "Copy.m_pSPStream") != nil },
        Step("no-ticket.used-up", ["S5", "S6"]) {
          $0.refusedWith.contains(.CO_E_OBJNOTCONNECTED)
        },
        Step("no-ticket.torn", ["S6"]) { $0.refusals.count == 3 },
      ]
    },
    questions: { _ in
      [
        Question(
          "no-ticket.who-refuses", before: "no-ticket.used-up",
          choices: [.init(1, .text("no-ticket.the-package")), .init(2, .text("no-ticket.com"))]
        ) { world in
          let refusal = world.refusals.first { $0.result == .CO_E_OBJNOTCONNECTED }
          return refusal?.refuser == .com ? 2 : 1
        }
      ]
    },
    always: { knobs in
      let torn: HResult = knobs["tear"] == "cut" ? .STG_E_READFAULT : .RPC_E_INVALID_OBJREF
      return [
        Expectation("the package refused first, then COM") { $0.refusers == ["Package", "COM"] },
        Expectation("each refusal had a code of its own") {
          $0.refusedWith == [.E_UNEXPECTED, .CO_E_OBJNOTCONNECTED, torn]
        },
        Expectation("the packet was opened once") {
          $0.packets(of: "IServiceProvider").map(\.isOpened) == [true]
        },
        Expectation("no stream was released twice") { $0.misuses.isEmpty },
      ]
    },
    whatIfs: [KnobSetting("tear", "scratched")],
    files: ["NoTicket.swift", "Package.swift", "Shell.swift"],
    program: program)
}
