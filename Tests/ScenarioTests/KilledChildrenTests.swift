import Testing
import ThreadKernel

/// kill -9 of real processes: at every point of activation, calls, release and shutdown, and at any
/// moment of a free run.
///
/// Each in a process of its own, so that every child that is left is one of the test's.
@Suite struct KilledChildrenTests {
  /// Another client, so that there is one that is a process of its own.
  private static let another = [TimedAction("another-client", at: 30)]

  @Test func theServerOfANormalLife() async {
    await #expect(processExitsWith: .success) {
      let loop = try KillLoop("normal-life", kills: "server")
      loop.atEveryPoint()
      loop.atEveryPoint(.random(seed: 1))
    }
  }

  @Test func aClientInANormalLife() async {
    await #expect(processExitsWith: .success) {
      let loop = try KillLoop("normal-life", kills: "client B", keys: Self.another)
      loop.atEveryPoint()
      loop.atEveryPoint(.random(seed: 2))
    }
  }

  @Test func theServerAtZero() async {
    await #expect(processExitsWith: .success) {
      let loop = try KillLoop("at-zero", kills: "server")
      loop.atEveryPoint()
      loop.atEveryPoint(.random(seed: 3))
    }
  }

  @Test func aClientAtZero() async {
    await #expect(processExitsWith: .success) {
      let loop = try KillLoop("at-zero", kills: "client B")
      loop.atEveryPoint()
      loop.atEveryPoint(.random(seed: 4))
    }
  }

  @Test func aServerThatIsKilledOnceAlready() async {
    await #expect(processExitsWith: .success) {
      let loop = try KillLoop("kill-server", kills: "server")
      loop.atEveryPoint()
      loop.atEveryPoint(.random(seed: 5))
    }
  }

  @Test func aClientWhoseServerIsKilled() async {
    await #expect(processExitsWith: .success) {
      let loop = try KillLoop("kill-server", kills: "client B")
      loop.atEveryPoint()
      loop.atEveryPoint(.random(seed: 6))
    }
  }

  @Test func aClientThatHoldsReferences() async {
    await #expect(processExitsWith: .success) {
      let loop = try KillLoop("kill-client", kills: "client B")
      loop.atEveryPoint()
      loop.atEveryPoint(.random(seed: 7))
    }
  }

  @Test func theServerOfAClientThatIsKilled() async {
    await #expect(processExitsWith: .success) {
      let loop = try KillLoop("kill-client", kills: "server")
      loop.atEveryPoint()
      loop.atEveryPoint(.random(seed: 8))
    }
  }

  /// Nobody tells the run: it hears of the death while others are picked.
  @Test func fromOutside() async {
    await #expect(processExitsWith: .success) {
      for (id, victim) in [("normal-life", "server"), ("at-zero", "client B")] {
        try KillLoop(id, kills: victim).fromOutside(.random(seed: 9), every: 3)
      }
    }
  }

  @Test func inFreeRuns() async {
    await #expect(processExitsWith: .success) {
      for victim in ["server", "client B"] {
        try KillLoop("normal-life", kills: victim, keys: Self.another).freely(1...40)
        try KillLoop("at-zero", kills: victim).freely(41...80)
        try KillLoop("kill-server", kills: victim).freely(81...120)
        try KillLoop("kill-client", kills: victim).freely(121...160)
      }
    }
  }
}
