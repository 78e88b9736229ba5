import ThreadKernel
import Trace

extension ReEntrancy {
  static let scenario = Scenario(
    id: "re-entrancy", key: "I", document: .inProcessServers, facts: ["I9", "I15"],
    cast: cast(comes: true),
    castOfKnobs: { cast(comes: comes($0)) },
    knobs: [Knob("stranger", ["comes", "away"]), Knob("guard", ["none", "flag", "first"])],
    steps: steps,
    questions: questions,
    order: { knobs in
      guard comes(knobs) else { return [] }
      // The stranger comes while the ledger has not answered.
      return [
        .init("ledger was told", before: "web calls"),
        .init("web has its answer", before: "ledger answers"),
      ]
    },
    always: always,
    shows: { knobs in
      [
        Expectation("the account has \(balance(knobs))") { $0.balance == balance(knobs) }
      ]
    },
    whatIfs: [KnobSetting("guard", "flag"), KnobSetting("guard", "first")],
    files: ["ReEntrancy.swift", "Account.swift"],
    program: program)

  private static func comes(_ knobs: KnobValues) -> Bool { knobs["stranger"] == "comes" }

  private static func cast(comes: Bool) -> Cast {
    let web = Cast.Room(.multithreaded, "MTA", ["web"], .right)
    return Cast(
      [.main, .init(.singleThreaded, "desk's STA", ["desk"], .right)] + (comes ? [web] : []),
      corridorRows: 2)
  }

  /// What the lesson's own schedule leaves in the account.
  private static func balance(_ knobs: KnobValues) -> Int64 {
    comes(knobs) && knobs["guard"] == "first" ? 120 : 70
  }

  private static func questions(_ knobs: KnobValues) -> [Question] {
    guard comes(knobs) else {
      return [
        Question(
          "re-entrancy.who-answers", before: "re-entrancy.called-back",
          choices: [
            .init(1, .thread("main")), .init(2, .thread("desk")),
            .init(3, .text("re-entrancy.nobody")),
          ]
        ) { Int($0.server(of: "Balance")?.number ?? 3) }
      ]
    }
    return [
      Question(
        "re-entrancy.when", before: "re-entrancy.inside",
        choices: [
          .init(1, .text("re-entrancy.now")), .init(2, .text("re-entrancy.later")),
          .init(3, .text("re-entrancy.never")),
        ]
      ) { world in
        guard world.server(of: "Deposit") != nil else { return 3 }
        return world.returns(of: "Record") == 0 ? 1 : 2
      }
    ]
  }

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    let common = [
      Expectation("the account's calls ran on main, the ledger's on desk") { world in
        world.callsInOrder.filter { !$0.proxy.isNone && !$0.server.isNone }.allSatisfy { call in
          let server = world.name(of: call.server)
          switch world[call.method] {
          case "Deposit", "Withdraw", "Balance": return server == "main"
          case "Record": return server == "desk"
          default: return true
          }
        }
      },
      Expectation("no direct pointer left its room") { $0.trespasses.isEmpty },
      Expectation("the withdrawal is in the ledger") { $0.returns(of: "Record") == 1 },
    ]
    guard comes(knobs), knobs["guard"] != "none" else { return common }
    // Whatever the order: what was taken and what was paid in are both there.
    return common + [
      Expectation("no payment was lost") { world in
        world.balance == 70 + (world.refusals.isEmpty ? 50 : 0)
      }
    ]
  }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let made = Step("re-entrancy.made") { $0.isHeld("Account", by: "main.account") }
    let calls = [
      Step("re-entrancy.called") { $0.isServed("Record") },
      Step("re-entrancy.called-back", ["I9"]) { $0.isServed("Balance") },
    ]
    let kept = Step("re-entrancy.kept") { $0.returns(of: "Record") == 1 && $0.isIdle("main") }
    guard comes(knobs) else {
      let taken = Step("re-entrancy.taken") { $0.balance == 70 }
      return [made] + (knobs["guard"] == "first" ? [taken] + calls : calls + [taken]) + [kept]
    }
    let stranger = [
      Step("re-entrancy.stranger", ["I15"]) { $0.isQueued("Deposit") },
      Step("re-entrancy.inside", ["I9", "I15"]) { $0.isServed("Deposit") },
    ]
    let start = [made] + calls + stranger
    switch knobs["guard"] {
    case "flag":
      return start + [Step("re-entrancy.refused") { !$0.refusals.isEmpty }, kept]
    case "first":
      return start + [Step("re-entrancy.added") { $0.balance == 120 }, kept]
    default:
      return start + [
        Step("re-entrancy.changed") { $0.balance == 150 },
        Step("re-entrancy.lost") { $0.balance == 70 },
      ]
    }
  }
}

extension World {
  /// What the account says that it has.
  fileprivate var balance: Int64? {
    components(named: "Account").first.flatMap { value("balance", of: $0.id) }
  }
}
