import Scenarios
import Testing
import ThreadKernel
import Trace

/// The scenarios as a list: what the menu and the command line rely on.
@Suite struct CatalogTests {
  @Test func theOrderIsTheLessons() {
    #expect(
      Catalog.all.filter { $0.document == .service }.map(\.id) == [
        "straight", "fetched", "right-way", "query-again", "no-ticket", "forget-detach",
        "second-sta", "no-pump", "managed",
      ])
    #expect(
      Catalog.all.filter { $0.document == .inProcessServers }.map(\.id) == [
        "who-decides", "same-room", "main-for-all", "host-sta", "host-mta", "matrix", "no-road",
        "price", "re-entrancy", "factory-race", "unload", "both", "ftm", "ftm-with-proxy", "busy",
      ])
  }

  /// Some may not be there yet, but those that are stand in the lessons' order.
  @Test func localServersAreInOrder() {
    let order = [
      "normal-life", "queue-protects", "two-threads", "cumbersome", "at-zero", "half-the-places",
      "dead-factory", "open-too-early", "ready-then-open", "kill-server", "kill-client",
    ]
    let ids = Catalog.all.filter { $0.document == .localServers }.map(\.id)
    #expect(ids == order.filter { ids.contains($0) })
  }

  @Test func idsAreDifferent() {
    #expect(Set(Catalog.all.map(\.id)).count == Catalog.all.count)
  }

  @Test(arguments: Document.allCases) func keysCountOnFromOne(_ document: Document) {
    let keys = Catalog.all.filter { $0.document == document }.map { String($0.key) }
    // Twenty-six rows are more than there are digits.
    let first = document == .localServers ? "P" : "A"
    let last = document == .localServers ? "Z" : "O"
    if document == .service {
      #expect(keys == (0..<keys.count).map { String($0 + 1) })
    } else {
      #expect(keys == Set(keys).sorted() && keys.allSatisfy { (first...last).contains($0) })
    }
  }

  private static let facts =
    (1...8).map { "S\($0)" } + (1...26).map { "I\($0)" } + (1...24).map { "O\($0)" }

  @Test func everyFactIsCovered() {
    #expect(Set(Catalog.all.flatMap(\.facts)) == Set(Self.facts))
  }

  @Test(arguments: Trial.all) func stepsAreTheScenariosOwn(_ trial: Trial) {
    let steps = trial.scenario.steps(trial.knobs)
    #expect((5...9).contains(steps.count))
    #expect(Set(steps.map(\.key)).count == steps.count)
    #expect(steps.allSatisfy { $0.key.hasPrefix(trial.scenario.id + ".") })
    #expect(Set(steps.flatMap(\.facts)).isSubset(of: trial.scenario.facts))
  }

  @Test(arguments: Trial.lessons) func everyFactIsSeenAtAStep(_ trial: Trial) {
    let seen = Set(trial.scenario.steps(trial.knobs).flatMap(\.facts))
    #expect(seen == Set(trial.scenario.facts))
  }

  /// The letters that SCREENS.md gives a meaning of their own; `x` kills, where there is something
  /// that can be killed.
  private static let takenKeys = Set(" .,[]/:?+=-lshjkiewRognNtqmbB123456789")

  @Test(arguments: Catalog.all.map(\.id)) func actionKeysAreFree(_ id: String) throws {
    let actions = try #require(Catalog.scenario(id)).actions
    #expect(Set(actions.map(\.key)).isDisjoint(with: Self.takenKeys))
    #expect(Set(actions.map(\.key)).count == actions.count)
    #expect(Set(actions.map(\.id)).count == actions.count)
  }

  @Test func knobsHaveValuesAndWhatIfsSetThem() throws {
    for scenario in Catalog.all {
      for knob in scenario.knobs {
        #expect(knob.values.count > 1)
        #expect(Set(knob.values).count == knob.values.count)
        #expect(try KnobValues(of: scenario.knobs)[knob.id] == knob.values[0])
      }
      for whatIf in scenario.whatIfs {
        let changed = try KnobValues(of: scenario.knobs, [whatIf])
        #expect(try KnobValues(of: scenario.knobs) != changed)
      }
    }
  }

  @Test func wrongSettingsAreRefusedWithWhatThereIs() throws {
    let scenario = try #require(Catalog.scenario("straight"))
    #expect(throws: KnobError.noSuchKnob("pointr", known: ["pointer", "check"])) {
      try KnobValues(of: scenario.knobs, [KnobSetting("pointr", "proxy")])
    }
    #expect(
      throws: KnobError.noSuchValue("prox", knob: "pointer", known: ["direct", "proxy"])
    ) { try KnobValues(of: scenario.knobs, [KnobSetting("pointer", "prox")]) }
  }

  /// The places are kept for who will really live in them. Where a knob or an order keeps a server from
  /// starting, or one ends early, its lot stays free; and COM may not need all of its threads.
  ///
  /// A server that dies before it could be called is followed by one that the lesson has no lot for.
  @Test(
    arguments: Trial.all.filter { !$0.knobs.settings.contains(.init("moment", "before-start")) })
  func theCastIsWhoComes(_ trial: Trial) {
    let (seen, places) = (whoCame(trial), places(trial))
    if hasRooms(trial) { #expect(seen == places) }
    for room in seen { #expect(places.contains { room.isSubset(of: $0) }) }
  }

  /// Every lot is built on, if only with a knob changed.
  @Test(arguments: Trial.lessons.filter { !$0.scenario.cast.buildings.isEmpty })
  func noLotStaysFreeForEver(_ trial: Trial) {
    let settings = Trial.every.filter { $0.scenario.id == trial.scenario.id }
    let seen = settings.reduce(into: whoCame(trial)) { seen, setting in
      if !places(trial).isSubset(of: seen) { seen.formUnion(whoCame(setting)) }
    }
    #expect(places(trial).isSubset(of: seen))
  }

  /// Who was together in an apartment. Of threads that COM starts in buildings only those count that
  /// the cast has.
  private func whoCame(_ trial: Trial) -> Set<Set<String>> {
    let known = places(trial).reduce(into: Set()) { $0.formUnion($1) }
    var seen: [ApartmentID: Set<String>] = [:]
    let run = trial.run()
    _ = run.settle { _ in
      for thread in run.world.threadsInOrder {
        guard let apartment = run.world.apartments[thread.apartment] else { continue }
        let process = hasRooms(trial) ? "" : run.world.label(process: apartment.process) + ": "
        let name = process + run.world[thread.name]
        guard hasRooms(trial) || thread.origin == .program || known.contains(name) else { continue }
        seen[apartment.id, default: []].insert(name)
      }
    }
    run.abandon()
    return Set(seen.values)
  }

  private func places(_ trial: Trial) -> Set<Set<String>> {
    let cast = trial.scenario.cast(for: trial.knobs)
    let rooms = cast.rooms.filter { $0.kind != .neutral }.map { Set($0.threads) }
    return Set(rooms + cast.buildings.flatMap { roomsOf($0) })
  }

  /// Who lives in each room of a building; a building without rooms has one for each thread.
  private func roomsOf(_ building: Cast.Building) -> [Set<String>] {
    let rooms =
      building.rooms.isEmpty ? building.threads.map { [$0] } : building.rooms.map(\.threads)
    return rooms.map { threads in Set(threads.map { building.name + ": " + $0 }) }
  }

  private func hasRooms(_ trial: Trial) -> Bool {
    trial.scenario.cast(for: trial.knobs).buildings.isEmpty
  }
}
