import Testing
import Trace

@testable import ThreadKernel

/// What the parent's kernel does for threads of child processes, with the requests made here.
@Suite struct GateTests {
  private let kernel = Kernel(.init(startsFree: true, isTold: false))

  /// A thread of another process, which nobody runs.
  private func thread(of process: ProcessID) -> (ThreadID, slot: Int) {
    kernel.settling { state in
      state.processes.add(process, "other", isChild: true)
      return kernel.add(to: process, in: &state)
    }
  }

  private func perform(_ request: GateRequest, for process: ProcessID) {
    var rest = Kernel.AfterLock()
    kernel.settling { state in
      kernel.perform(.request(request, []), for: process, &rest, in: &state)
    }
  }

  /// It went to sleep by the clock of a scheduled run, and its request came after the change.
  @Test func aTimedWaitThatBeganBeforeTheRunWentFreeGoesByTheNewClock() {
    let (_, slot) = thread(of: ProcessID(2))
    var request = GateRequest(.park, slot: slot)
    request.wait = .time(1_000_000)
    request.deadline = 1_000_000
    perform(request, for: ProcessID(2))
    let word = kernel.arena.slot(slot).go.pointee.load(ordering: .acquiring)
    #expect(word == GoWord.lookAgain)
  }

  @Test func whatAKilledChildHadSentIsDelivered() {
    let (sender, slot) = thread(of: ProcessID(2))
    let (receiver, receiverSlot) = thread(of: ProcessID(3))
    var request = GateRequest(.mail, slot: slot)
    request.thread = receiver
    kernel.settling { state in
      kernel.settleRest([(request, [7])], of: ProcessID(2), in: &state)
    }
    let pieces = kernel.state.withLock { $0.mail[receiverSlot].pieces }
    #expect(pieces == [Mail(from: sender, bytes: [7])])
  }

  /// What is asked in another process's name is not done.
  @Test func whoAsksForAnotherProcessIsKilled() {
    let (_, slot) = thread(of: ProcessID(2))
    _ = thread(of: ProcessID(3))
    perform(GateRequest(.unpark, slot: slot), for: ProcessID(3))
    #expect(kernel.isAlive(ProcessID(2)))
    #expect(!kernel.isAlive(ProcessID(3)))
  }
}
