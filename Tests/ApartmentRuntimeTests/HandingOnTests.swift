import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// A client hands a pointer to one server on to another one and gets it back from there, and one of the
/// three is killed: neither is a reference left that nobody has, nor does one go that somebody has.
@Suite struct HandingOnTests {
  struct Setting: CustomStringConvertible, Sendable {
    let victim: String
    let model: Coinit
    var schedule = Schedule.lesson([])
    /// Whether the keeper has to ask where a pointer leads that it answers with: that is a scheduling
    /// point between the answer and its leaving.
    var forgets = false

    var description: String {
      "\(victim), \(model), \(schedule.text)\(forgets ? ", forgetful" : "")"
    }

    static let all = ["server", "keeper", "client"].flatMap { victim in
      Coinit.allCases.map { Setting(victim: victim, model: $0) }
    }
  }

  private static func program(_ setting: Setting, times: Int = 1) -> (Program) -> Void {
    { program in
      let keeper = program.handed(IKeeper.self)
      let counter = program.handed(ICounter.self)
      program.start("keeper", setting.model) { program in
        let object = setting.forgets ? try ForgetfulKeeper() : try CountingKeeper()
        try keeper.put(ComPtr<IKeeper>(object))
        pump()
        try? coReleaseMarshalData(keeper.stream())
      }
      program.start("server", setting.model) { program in
        try counter.put(ComPtr<ICounter>(try Counter()))
        pump()
        try? coReleaseMarshalData(counter.stream())
      }
      program.start("client", .apartmentThreaded) { program in
        guard let kept = try? keeper.open(patience: 1_000_000_000),
          let handed = try? counter.open(patience: 1_000_000_000)
        else { return }
        for _ in 0..<times {
          program.note("keep") { try kept.keep(handed.copy().detach()) }
          program.note("use") { _ = try kept.useKept(1) }
          program.note("exchange") { _ = try kept.exchange(handed.copy().detach()) }
        }
      }
    }
  }

  private static func check(_ run: ComRun, _ setting: Setting, _ place: String) {
    let model = setting.model
    DeathTests.check(
      run,
      .init(victim: setting.victim, client: model, server: model, schedule: setting.schedule),
      "\(setting), \(place)")
  }

  private func killAtEveryPoint(_ setting: Setting) {
    func run(killAt point: UInt64?) -> ComRun {
      ApartmentRuntimeTests.run(
        setting.schedule, actions: point.map { [TimedAction("kill", at: $0)] } ?? [],
        kills: ["kill": setting.victim], checkEvery: 16, Self.program(setting))
    }
    for point in 0...run(killAt: nil).world.choices {
      Self.check(run(killAt: point), setting, "killed before choice \(point)")
    }
  }

  @Test("killed at every point", arguments: Setting.all)
  func everyPoint(_ setting: Setting) { killAtEveryPoint(setting) }

  /// What was answered with and never sent went down with the keeper.
  @Test("the keeper is killed between its answer and the sending", arguments: Coinit.allCases)
  func beforeItIsSent(_ model: Coinit) {
    killAtEveryPoint(Setting(victim: "keeper", model: model, forgets: true))
  }

  @Test("killed at any time in free runs", arguments: Setting.all)
  func free(_ setting: Setting) {
    for round in 0..<25 {
      let run = ApartmentRuntimeTests.run(free: true, kills: ["kill": setting.victim]) { program in
        Self.program(setting, times: 3)(program)
        program.kill(afterWork: round)
      }
      Self.check(run, setting, "round \(round)")
    }
  }
}

/// Does not know any more, when it answers, where other processes' apartments are.
private final class ForgetfulKeeper: CountingKeeper {
  override func exchange(_ pointer: OwnedPointer) throws(HResult) -> OwnedPointer {
    let before = try super.exchange(pointer)
    process.tables.withLock { $0.remoting.whereabouts = [:] }
    return before
  }
}
