import Testing
import ThreadKernel
import Trace

/// A thread that waits in another one's place for its mail.
@Suite struct StandInTests {
  private static let receiver = ThreadID(process: 1, number: 1)

  /// Runs a receiver, a thread that stands in for it and a sender, which sends when both wait.
  ///
  /// - Returns: what the receiver and the other one took.
  private func run(free: Bool, _ pieces: [(byte: UInt8, isShared: Bool)]) -> [[UInt8]] {
    let kernel = Kernel(
      .init(schedule: .roundRobin, startsFree: free, actions: [], finishesAtRest: false))
    let collector = kernel.makeCollector()
    let took = Guarded<[[UInt8]]>([[], []])
    let process = ProcessID(1)
    _ = kernel.startProcess(
      "main",
      .inside { _ in
        let receiver = KernelThread.current!
        kernel.spawn("other", in: process) {
          while !kernel.arePoolsEnding, !kernel.isAbandoned {
            while let mail = kernel.takeMail(standingInFor: receiver) {
              took.withLock { $0[1] += mail.bytes }
            }
            _ = kernel.park(.pool, standingInFor: receiver)
          }
        }
        kernel.spawn("sender", in: process) {
          for piece in pieces where kernel.nextAction(among: ["send"]) != nil {
            _ = kernel.mail([piece.byte], to: Self.receiver, isShared: piece.isShared)
          }
        }
        while !kernel.arePoolsEnding, !kernel.isAbandoned {
          while let mail = kernel.takeMail() { took.withLock { $0[0] += mail.bytes } }
          _ = kernel.park(.pool)
        }
      })
    for _ in pieces {
      #expect(kernel.follow(collector) { _ in } == .atRest)
      kernel.deliver("send")
    }
    #expect(kernel.follow(collector) { _ in } == .atRest)
    kernel.abandon()
    return took.withLock { $0 }
  }

  @Test func sharedMailGoesToItInAFreeRun() {
    #expect(run(free: true, [(1, true), (2, true)]) == [[], [1, 2]])
  }

  @Test func otherMailIsTheReceivers() {
    #expect(run(free: true, [(1, false), (2, true), (3, false)]) == [[1, 3], [2]])
  }

  /// Who is woken is the schedule's story, the same in every process.
  @Test func underAScheduleAllMailIsTheReceivers() {
    #expect(run(free: false, [(1, true), (2, false)]) == [[1, 2], []])
  }
}
