import FloorplanViews
import Testing
import Trace

@testable import FloorplanApp
@testable import Scenarios

/// A cast of processes, from the scenario to the plan.
@Suite struct BuildingTests {
  private let cast = Scenarios.Cast(buildings: [
    .client("client A"),
    .client("client B"),
    .server("server 1", rooms: [.sta("main"), .sta("gadgets")]),
    .scm,
    .server("server 2", rooms: [.mta("main", "worker")], on: .left, share: 2),
  ])

  @Test func threadsAreNumberedByTheirPlaces() {
    #expect(cast.number(of: "main", in: "client A") == 1)
    #expect(cast.number(of: "gadgets", in: "server 1") == 4)
    #expect(cast.number(of: "worker", in: "server 2") == 6)
    #expect(cast.firstProcess == "client A")
  }

  @Test func choicesAreCalledByWhatTellsThemApart() {
    func labels(_ choices: [Scenarios.Question.Choice]) -> [String] {
      choices.map { choice in
        if case .thread(let name) = choice.label { "\(choice.number) \(name)" } else { "" }
      }
    }
    #expect(
      labels(cast.choices(("main", "server 1"), ("gadgets", "server 1")))
        == ["3 main", "4 gadgets"])
    #expect(
      labels(cast.choices(("main", "client A"), ("main", "server 1")))
        == ["1 client A", "3 server 1"])
    #expect(
      labels(cast.choices(("main", "client A"), ("main", "server 1"), ("gadgets", "server 1")))
        == ["1 main of client A", "3 main of server 1", "4 gadgets of server 1"])
  }

  @Test func thePlanTakesThem() {
    let views = FloorplanViews.Cast(cast)
    #expect(views.buildings.map(\.name) == ["client A", "client B", "server 1", "SCM", "server 2"])
    #expect(views.buildings.map(\.threads.count) == [1, 1, 2, 0, 2])
    #expect(views.buildings[4].side == .left && views.buildings[4].share == 2)
    #expect(views.corridorRows == 0)
  }

  /// The numbers of questions are those that are drawn.
  @Test func bothNumberAlike() {
    var world = World()
    func tell(_ thread: ThreadID, _ kind: EventKind) {
      world.apply(Event(n: world.position, thread: thread, kind))
    }
    func name(_ number: UInt32, _ text: String) -> Name {
      for piece in Chunk.pieces(of: Array(text.utf8)) { tell(.none, .text(Name(number), piece)) }
      return Name(number)
    }
    let (server, main) = (name(1, "server 1"), name(2, "main"))
    let (client, gadgets) = (name(3, "client A"), name(4, "gadgets"))
    tell(.none, .processStarted(ProcessID(1), name: client))
    tell(.none, .processStarted(ProcessID(2), name: server))
    let threads = [
      ThreadID(process: 2, number: 1), ThreadID(process: 2, number: 2),
      ThreadID(process: 1, number: 1),
    ]
    tell(threads[0], .threadStarted(name: gadgets, slot: 0, origin: .program))
    tell(threads[1], .threadStarted(name: main, slot: 1, origin: .program))
    tell(threads[2], .threadStarted(name: main, slot: 2, origin: .program))
    let numbers = ThreadNumbers(world, FloorplanViews.Cast(cast))
    #expect(threads.map { numbers[$0] } == [4, 3, 1])
    #expect(threads.map { cast.number(of: $0, in: world) } == [4, 3, 1])
  }
}
