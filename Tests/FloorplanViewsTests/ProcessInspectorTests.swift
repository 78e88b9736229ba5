import FloorplanViews
import TerminalUI
import Testing
import Trace

/// What is said of processes, the SCM, requests and class objects.
@Suite struct ProcessInspectorTests {
  private func inspector(
    _ thing: Selectable, _ worlds: (before: World, after: World),
    pids: [ProcessID: Int32] = [:]
  ) -> String {
    var state = FrameState.localServers(
      worlds, selection: thing, pane: .inspector(top: 0))
    state.plan.systemNumbers = pids
    return frame(state, size: .standard).text
  }

  private func words(_ thing: Selectable, in world: World) -> String {
    let input = PlanInput(world: world, baseline: nil, cast: LocalServers.cast)
    guard case .explanation(let title, let text) = explanation(of: thing, in: input) else {
      return ""
    }
    return title + ": " + text
  }

  @Test func aProcessIsInspected() {
    let text = inspector(.process(ProcessID(3)), LocalServers.suspended())
    for line in [
      "INSPECTOR  server 1", "state       closing", "server count 1→0",
      "apartment   STA: 3 main", "factory     Widget: open→SUSPENDED",
    ] {
      #expect(text.contains(line), "\(line)")
    }
    #expect(!text.contains("pid"))
  }

  @Test func aLiveProcessHasItsNumber() {
    let pids: [ProcessID: Int32] = [ProcessID(3): 4711]
    let text = inspector(.process(ProcessID(3)), LocalServers.suspended(), pids: pids)
    #expect(text.contains("pid         4711"))
  }

  @Test func aRuinSaysWhatItHolds() {
    let text = inspector(.process(ProcessID(1)), LocalServers.killed(ProcessID(1)))
    #expect(text.contains("state       KILLED"))
    #expect(text.contains("holds       5 public refs of stub 3 (IWidget)"))
  }

  @Test func theSCMAndItsRequestsAreInspected() {
    let worlds = LocalServers.suspended()
    let table = inspector(.scm, worlds)
    #expect(table.contains("calls       2→4 calls to it"))
    #expect(table.contains("Gadget      server 1, suspended"))
    #expect(table.contains("request 4   Gadget, from 2 main of client B"))
    let request = inspector(.request(RequestID(4)), worlds)
    #expect(request.contains("the SCM started server 2"))
    #expect(request.contains("waits until server 2 registers the class"))
  }

  @Test func aClassObjectIsInspected() {
    let text = inspector(.registration(RegistrationID(1)), LocalServers.suspended())
    #expect(text.contains("serves      open→SUSPENDED"))
    #expect(text.contains("SCM         sends nobody here"))
  }

  @Test func whatCannotBeCheckedBetweenProcessesIsSaid() {
    var servers = LocalServers()
    let bytes = servers.story.blob([1, 2, 3])
    servers.story.tell(
      LocalServers.main, .packetMade(PacketID(1), of: LocalServers.stub, .normal, bytes))
    servers.story.tell(LocalServers.clientA, .packetOpened(PacketID(1), as: LocalServers.proxy))
    let world = servers.story.world
    let text = inspector(.packet(PacketID(1)), (world, world))
    #expect(text.contains("Whether that was the first time cannot be"))
  }

  @Test func theyAreExplained() {
    let world = LocalServers.suspended().after
    #expect(words(.process(ProcessID(3)), in: world).contains("It is closing"))
    #expect(words(.process(ProcessID(4)), in: world).contains("It is starting"))
    #expect(words(.scm, in: world).contains("service control manager"))
    #expect(words(.request(RequestID(4)), in: world).contains("It waits until server 2"))
    #expect(
      words(.registration(RegistrationID(2)), in: world).contains("It is suspended"))
    let ruin = LocalServers.killed(ProcessID(1)).after
    #expect(words(.process(ProcessID(1)), in: ruin).contains("It gave nothing back"))
  }

  @Test func thingsOfThePlanAreFoundAgain() {
    for thing in [
      Selectable.process(ProcessID(3)), .scm, .request(RequestID(4)),
    ] { #expect(Selectable(id: thing.id) == thing) }
    let canvas = frame(.localServers(LocalServers.suspended()), size: .standard)
    for thing in [Selectable.scm, .process(ProcessID(3)), .request(RequestID(4))] {
      #expect(canvas.hitRegions.contains { $0.id == thing.id })
    }
  }
}
