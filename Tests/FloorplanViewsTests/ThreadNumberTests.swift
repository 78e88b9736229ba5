import FloorplanViews
import TerminalUI
import Testing
import Trace

/// The number beside a thread's name is the key that steps it, also where each process has a thread 1.
@Suite struct ThreadNumberTests {
  @Test func inOneProcessTheyAreTheThreadsOwn() {
    let world = RightWay().served
    let numbers = ThreadNumbers(world, RightWay.cast)
    for thread in world.threads.keys { #expect(numbers[thread] == Int(thread.number)) }
  }

  @Test func theyFollowTheCast() {
    let numbers = ThreadNumbers(LocalServers.starting().after, LocalServers.cast)
    let threads = [
      LocalServers.clientA, LocalServers.clientB, LocalServers.main, LocalServers.gadgets,
      LocalServers.other,
    ]
    #expect(threads.map { numbers[$0] } == [1, 2, 3, 4, 5])
    #expect((1...6).map { numbers.thread(numbered: $0) } == threads + [nil])
  }

  @Test func theyNeverChange() {
    var known: [ThreadID: Int] = [:]
    var servers = LocalServers()
    servers.askForGadget()
    for (slot, number) in [(4, 1), (5, 2)] as [(UInt8, UInt16)] {
      // Nobody declared the second one: it comes behind all of the cast.
      let thread = ThreadID(process: 4, number: number)
      servers.story.start(thread, number == 1 ? "main" : "rpc", slot: slot)
    }
    for world in servers.story.worlds {
      let numbers = ThreadNumbers(world, LocalServers.cast)
      for thread in world.threads.keys {
        #expect(known[thread] == nil || known[thread] == numbers[thread])
        known[thread] = numbers[thread]
      }
    }
    #expect(Set(known.values).count == known.count)
    #expect(known[ThreadID(process: 4, number: 2)] == 7)
  }

  @Test func withoutACastTheyAreGivenByTheOrderOfTheirStart() {
    let world = LocalServers.starting().after
    let numbers = ThreadNumbers(world, .none)
    #expect(world.threads.values.allSatisfy { numbers[$0.id] == Int($0.slot) + 1 })
  }

  @Test func theListHasThem() {
    var state = FrameState.localServers(LocalServers.starting())
    state.overlay = .threads(top: 0)
    let text = frame(state, size: .standard).text
    #expect(text.contains("4 gadgets of server 1"))
    #expect(text.contains("5 main of server 2"))
  }
}
