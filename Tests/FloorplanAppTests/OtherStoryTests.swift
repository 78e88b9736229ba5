import TerminalUI
import Testing
import ThreadKernel
import Trace

@testable import FloorplanApp
@testable import Scenarios

/// A step's words are shown only while they are true.
@Suite struct OtherStoryTests {
  private static let lessons = Catalog.all.filter { $0.document == .localServers }

  /// A run to its end, in a session.
  private static func session(
    _ scenario: Scenario, _ schedule: Schedule? = nil, _ actions: [TimedAction] = []
  ) -> SessionModel {
    let request = RunRequest(
      scenario, knobs: KnobValues(standardOf: scenario), schedule: schedule, actions: actions)
    var session = SessionModel(request, recordingTo: nil)
    let run = request.makeRun(isHeadless: true)
    _ = run.runUntilStanding { session.append($0) }
    run.abandon()
    return session
  }

  /// What texts talk about, found without the sentences that the rule goes by.
  private struct Facts: Hashable {
    let processes: [World.Process]
    let calls: [String]
    let refusals: [String]
    let living: [String]
    let suspended: Int

    init(_ world: World) {
      processes = world.processesInOrder.map { process in
        var process = process
        process.name = .none
        process.resolved = []
        process.serverHolders = []
        process.launchedFor = .none
        process.cutConnections = []
        return process
      }
      calls = world.callsInOrder.map {
        "\(world[$0.method]) \($0.caller) \($0.state) \($0.result)"
      }.sorted()
      refusals = world.refusals.map(\.result.name).sorted()
      living = world.objectsInOrder.filter { $0.role == .component && $0.isAlive }
        .map { world[$0.name] }.sorted()
      suspended = world.registrationsInOrder.count { $0.isSuspended }
    }
  }

  /// The facts at every moment of the lesson's own run, by the step that was reached last.
  private static func ownFacts(_ scenario: Scenario) -> [String: Set<Facts>] {
    let run = Run(scenario, knobs: KnobValues(standardOf: scenario))
    var facts: [String: Set<Facts>] = [:]
    var world = World()
    _ = run.runUntilStanding { event in
      world.apply(event)
      facts[world.lastStep, default: []].insert(Facts(world))
    }
    run.abandon()
    return facts
  }

  /// Where a step was reached, and places in between.
  private static func places(in session: SessionModel) -> [Int] {
    let behindSteps = session.history.edge.steps.map { Int($0.at) + 1 }
    return behindSteps + stride(from: 0, through: session.history.count, by: 61)
  }

  /// At each of these places: either the words are the World's, or they are true.
  private static func expectTrueWords(
    _ whole: SessionModel, _ own: [String: Set<Facts>], _ comment: String
  ) -> Int {
    var session = whole
    let scenario = session.lesson.scenario
    var shown = 0
    for place in places(in: session) {
      session.position = place
      let world = session.world()
      guard let last = world.steps.last else { continue }
      let key = world[last.key]
      let text = session.narration(in: world).text
      guard !text.hasPrefix("Not the lesson's story") else {
        #expect(session.openQuestion(in: world) == nil && session.answered(in: world) == nil)
        continue
      }
      shown += 1
      #expect(own[key]?.contains(Facts(world)) == true, "\(comment), \(key) at \(place)")
      guard Int(last.at) + 1 == place else { continue }
      let step = session.lesson.steps.first { $0.key == key }
      #expect(step?.isReached(world) == true, "\(comment), \(key)")
    }
    #expect(scenario != nil)
    return shown
  }

  @Test(arguments: Self.lessons.map(\.id))
  func wordsAreTrueWhoeverGoesFirst(id: String) throws {
    let scenario = try #require(Catalog.scenario(id))
    let own = Self.ownFacts(scenario)
    for seed in 1...20 as ClosedRange<UInt64> {
      _ = Self.expectTrueWords(
        Self.session(scenario, .random(seed: seed)), own, "\(id), seed \(seed)")
    }
    // The lesson itself says all that it has to say.
    let itself = Self.session(scenario)
    #expect(Self.expectTrueWords(itself, own, id) >= itself.lesson.steps.count)
  }

  @Test(arguments: Self.lessons.map(\.id))
  func wordsAreTrueWhateverIsPressed(id: String) throws {
    let scenario = try #require(Catalog.scenario(id))
    let own = Self.ownFacts(scenario)
    for action in scenario.actions {
      for choice in [1, 12, 40, 90, 160] as [UInt64] {
        let session = Self.session(scenario, nil, [TimedAction(action.id, at: choice)])
        _ = Self.expectTrueWords(session, own, "\(id), \(action.id) at \(choice)")
      }
    }
  }

  /// All that is said on the way, from here to the card.
  private func said(_ program: Program) -> String {
    var all: [String] = []
    for _ in 0..<60 where program.session?.cover != .card {
      if var session = program.session { all.append(session.narration(in: session.world()).text) }
      program.press(.space)
    }
    return all.joined(separator: "\n") + "\n" + program.text
  }

  @Test func aKilledServerIsNotToldToHaveEnded() throws {
    let program = try Program(scenario: "normal-life")
    program.press(.space, times: 2)
    program.press("x")
    program.press(.escape)
    program.press(.space)
    let said = said(program)
    #expect(!said.contains("It left its loop, revoked"))
    #expect(!said.contains("COM went to server 1"))
    #expect(said.contains("Not the lesson's story, since key x"))
    #expect(said.contains("Not what this lesson shows."))
    #expect(!said.contains("As expected."))
  }

  @Test func aGuessIsNotJudgedOnceTheStoryIsAnother() throws {
    let program = try Program(scenario: "normal-life")
    for _ in 0..<10 where !program.text.contains("Who runs it?") { program.press(.space) }
    program.press("x")
    program.press("2")
    for _ in 0..<20 {
      #expect(!program.text.contains("Right.") && !program.text.contains("Not so."))
      program.press(.space)
    }
  }

  @Test(arguments: [
    ("kill-server", 1, "x", "Client B called Paint. Its call waits"),
    ("kill-client", 0, "d", "it took back client B's references"),
  ])
  func akeyThatChangesTheStoryChangesTheWords(
    id: String, spaces: Int, key: String, untrue: String
  ) throws {
    let program = try Program(scenario: id)
    program.press(.space, times: spaces)
    program.press(key)
    program.press(.space)
    let said = said(program)
    #expect(!said.contains(untrue))
    #expect(said.contains("Not the lesson's story, since key \(key)"))
  }

  @Test(arguments: [
    ("at-zero", 5 as UInt64, "B's Gadget paints, in server 2"),
    ("half-the-places", 2, "CreateInstance fails"),
    ("kill-client", 1, "what was taken back belonged to client B"),
  ])
  func anotherOrderHasItsOwnWords(id: String, seed: UInt64, untrue: String) throws {
    let said = said(try Program(scenario: id, schedule: .random(seed: seed)))
    #expect(!said.contains(untrue))
    #expect(said.contains("Not the lesson's story: the threads ran in another order."))
  }

  @Test func aThreadThatIsSteppedAgainstTheLessonChangesTheWords() throws {
    let program = try Program(scenario: "two-threads")
    program.press(.space, times: 2)
    program.press(.escape)
    program.press("333333")
    let said = said(program)
    #expect(!said.contains("the count is 1 again") && !said.contains("another thread has changed"))
  }

  @Test func anUnreachedStoryIsSaidToBeOne() throws {
    let request = try Program.request("half-the-places", schedule: .random(seed: 2))
    var bytes: [UInt8] = []
    let outcome = try Headless(request, .log) { bytes += $0 }.run(recordingTo: nil)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(outcome.isAsExpected)
    #expect(text.contains("Not the lesson's story"))
    #expect(!text.contains("\nAs expected."))
    #expect(!text.contains("A failure on the way, as expected."))
  }

  // MARK: On the way

  private static func atRest(_ id: String) throws -> Program {
    let program = try Program(scenario: id)
    for _ in 0..<40 where program.session?.standing != .atRest { program.press(.space) }
    program.press(.end)
    return program
  }

  /// The story is told, and a key brings another server: it is seen coming, serving and going.
  @Test func whatAKeyAtRestBringsIsSeenGoing() throws {
    let program = try Self.atRest("queue-protects")
    program.press("c")
    #expect(program.message.contains("done. At rest again."))
    let seen = program.seenOnTheWay
    #expect(Set(seen).count > 20)
    for sign in ["┌─ server 3", "║ 7 main    ► RUNS", "Widget  server 3  open", "closing ─┐"] {
      #expect(seen.contains { $0.contains(sign) }, "\(sign)")
    }
    // It is not played again, and back is where one stood.
    let edge = program.edge
    program.press(.left)
    #expect(program.position < edge)
  }

  /// Marks and words are of what the last key brought, and not of all since the story's end.
  @Test func whatTheLastKeyBroughtIsMarked() throws {
    let program = try Self.atRest("normal-life")
    program.press("c")
    #expect(program.text.contains("┌─ server 2 ──────────────── NEW ─┐"))
    program.press("y")
    let text = program.text
    for part in ["count 1→2 = Widget + COM's lock", "COM's locks 0→1", "Widget  server 2  open  "] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(!text.contains("server 2 ──────────────── NEW"))
    program.press("a")
    #expect(program.text.contains("count 2→3 = 3 holders"))
  }

  /// It is for another client, and there is none.
  @Test func aKeyThatNobodyTakesIsNotSaidToBeDone() throws {
    let program = try Self.atRest("normal-life")
    program.press("y")
    #expect(program.message.contains("nobody takes that key now"))
    program.press("c")
    #expect(program.message.contains("At rest again"))
    let holds = program.session?.history.edge.processes.values.contains {
      $0.isAlive && $0.serverCount > 0
    }
    #expect(holds == true)
  }

  @Test func aKeyStopsWhatIsSeenGoing() throws {
    let program = try Self.atRest("queue-protects")
    program.keyboard.key = (.space, 5)
    program.press("c")
    #expect(program.seenOnTheWay.count < 10)
    #expect(program.session?.goal == nil)
    #expect(program.session?.standing == .held)
    // From there it goes on as everything does.
    program.press(.space)
    #expect(program.session?.standing == .atRest)
  }
}
