import FloorplanViews
import TerminalUI
import Testing
import Trace

/// In-process servers on the floor plan.
@Suite struct ServerPlanTests {
  private func state(
    _ world: World, since baseline: World?, _ thing: Selectable? = nil
  ) -> FrameState {
    var state = FrameState.rightWay(world, baseline: baseline)
    state.plan.cast = Servers.cast
    state.plan.selection = thing
    if thing != nil { state.pane = .inspector(top: 0) }
    return state
  }

  private func text(_ world: World, since baseline: World?, _ size: Size = .standard) -> String {
    frame(state(world, since: baseline), size: size).text
  }

  @Test func theStoriesAreSound() {
    #expect(Servers.lightCall().during.fault == nil)
    #expect(Servers.modules().allSatisfy { $0.fault == nil })
    #expect(Servers.shared().after.fault == nil)
    #expect(Servers.filtered().after.fault == nil)
  }

  @Test func aLightCallIsServedByTheCallersThreadInThere() {
    let (before, during) = Servers.lightCall()
    let canvas = frame(state(during, since: before), size: .standard)
    #expect(
      (1..<9).map(canvas.rowText).joined(separator: "\n") == """
        ╔═ main STA ═════════════════════╗           ╔═ host STA · started by COM ═════╗
        ║ 1 main    in neutral apartment ║           ║ 3 host    ○ IDLE, in its loop   ║
        ║ queue     empty                ║           ║ queue     empty                 ║
        ║ light proxy 1  ICounter        ║           ║                                 ║
        ╚═════════════════════ … 1 more ═╝           ╚═════════════════════════════════╝
        ┌─ MTA ──────────────────────────┐           ·· neutral apartment ··············
        │ 2 web     • READY              │           · 1 main    ► in here             ·
        │                                │           ·   in Grid.Increment             ·
        """)
    // Nothing crosses, and nobody stands where it must not.
    #expect(!canvas.text.contains("call 1"))
    #expect(!canvas.text.contains("outside its apartment"))
  }

  @Test func whoVisitsSaysSoEverywhere() {
    let during = Servers.lightCall().during
    let thread = frame(state(during, since: nil, .thread(Servers.main)), size: .standard).text
    #expect(thread.contains("for the length of a call in neutral apartment"))
    let room = frame(state(during, since: nil, .apartment(Servers.neutral)), size: .standard).text
    #expect(room.contains("visitors    1 main"))
    let proxy = explanation(of: .object(ObjectID(2)), in: state(during, since: nil).plan)
    guard case .explanation(let title, let words) = proxy else { return }
    #expect(title == "light proxy 1")
    #expect(words.contains("the caller's own thread goes in"))
  }

  @Test func theRegistryIsRowsWhileThereIsRoom() {
    let world = Servers.modules()[0]
    #expect(text(world, since: nil).contains(" registry  6 classes: Ledger; Counter; Clock; Pool"))
    var state = state(world, since: nil)
    state.plan.cast = .none
    let tall = frame(state, size: Size(width: 120, height: 60)).text
    #expect(tall.contains(" registry  6 classes"))
    var story = Story()
    let names = (story.name("Counter"), story.name("counter.dll"), story.name("Apartment"))
    story.tell(.none, .classKnown(ClassID(1), name: names.0, module: names.1, model: names.2))
    story.tell(
      .none, .classKnown(ClassID(2), name: story.name("Odd"), module: names.1, model: names.0))
    let few = text(story.world, since: nil)
    #expect(few.contains(" registry  Counter: counter.dll, ThreadingModel=Apartment"))
    #expect(few.contains("           Odd: counter.dll, ThreadingModel=Counter   ! no such model"))
  }

  @Test func aModuleComesAndGoes() {
    let worlds = Servers.modules()
    let rows = zip(worlds, worlds.dropFirst()).map { old, new in
      text(new, since: old).split(separator: "\n").first { $0.contains("dll") }.map(String.init)
    }
    #expect(
      rows == [
        " module    counter.dll  loaded, 0 objects, 0 locks   NEW",
        " module    counter.dll  loaded, 0→1 object, 0 locks",
        " module    counter.dll  may go at 600 s, 1→0 objects, 0 locks",
        " module    counter.dll  UNLOADED   ! 2 web is in it",
      ])
    let gone = worlds[worlds.count - 1]
    let inspected = frame(state(gone, since: nil, .module(ModuleID(1))), size: .standard).text
    #expect(inspected.contains("! 2 web ran ~Counter after it was gone"))
  }

  @Test func classObjectsCookiesAndPartsHaveTheirRows() {
    let (before, after) = Servers.shared()
    let canvas = frame(state(after, since: before), size: .standard)
    for row in [
      " class object      Counter  registered in MTA   NEW",
      " GIT               cookie 1 → packet 1 of Ledger   NEW",
      " packet of Counter 76 bytes, custom, FreeThreadedMarshaler   NEW",
      "║ Counter           refs 1   NEW ║", "║   + FreeThreadedMarshaler  NEW ║",
    ] {
      #expect(canvas.text.contains(row), "\(row)")
    }
    // The packet stands in the table: one row is enough. The part has no room of its own.
    #expect(!canvas.text.contains("\n packet 1 "))
    #expect(!canvas.text.contains("║ FreeThreaded"))
  }

  @Test func theListOfObjectsHasServersToo() {
    var state = state(Servers.shared().after, since: nil)
    state.pane = .objects
    let text = frame(state, size: .standard).text
    for row in [
      "FreeThreadedMarsh… part               main STA      of Counter",
      "Counter            class              counter.dll   ThreadingModel=Apartment",
      "Counter            class object       MTA           registered",
      "cookie 1           global table       main STA      → packet 1",
    ] {
      #expect(text.contains(row), "\(row)")
    }
  }

  @Test func everythingOfServersCanBeInspectedAndExplained() {
    let world = Servers.shared().after
    let things: [(Selectable, String)] = [
      (.registeredClass(Servers.id("Counter")), "model       Apartment"),
      (.registeredClass(Servers.id("Odd")), "COM refuses to make its objects"),
      (.registration(RegistrationID(1)), "multiple: for all clients"),
      (.global(GlobalID(1)), "stands for  packet 1"),
      (.packet(PacketID(2)), "the object itself, 0x7"),
      (.object(ObjectID(2)), "consists of FreeThreadedMarshaler"),
      (.module(ModuleID(9)), "It is not there at this moment."),
    ]
    for (thing, words) in things {
      #expect(Selectable(id: thing.id) == thing)
      let state = state(world, since: nil, thing)
      #expect(frame(state, size: .standard).text.contains(words), "\(words)")
      if case .explanation(_, let text) = explanation(of: thing, in: state.plan) {
        #expect(text.count > 20)
      }
    }
  }

  @Test func aFilterAndWhatItDoesToCalls() {
    let (before, after) = Servers.filtered()
    let wide = text(after, since: before, Size(width: 120, height: 60))
    for row in [
      "filter    BusyFilter", "call 1 refused: retry later, again at 500 ms",
      "call 2 under way, nobody waits for it", "call 3 is to be cancelled",
    ] {
      #expect(wide.contains(row), "\(row)")
    }
    let call = frame(state(after, since: nil, .call(CallID(1))), size: .standard).text
    #expect(call.contains("refused     1 times by a message filter"))
    #expect(call.contains("again at    500 ms"))
  }

  @Test func aHostThatIsTheMainSTASaysSo() {
    let world = Servers.matrix(hostIsMain: true).after
    #expect(text(world, since: nil).contains("╔═ host STA · main ═"))
    var state = state(world, since: nil)
    state.plan.cast = .none
    #expect(frame(state, size: .standard).text.contains("╔═ host STA · main ═"))
  }
}
