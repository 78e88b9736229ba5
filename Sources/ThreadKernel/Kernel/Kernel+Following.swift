import CKernel
import Trace

extension Kernel {
  /// Reads what the run tells until it stands still, and hands it on in order.
  ///
  /// - Parameter quietSeconds: how long no point may be reached while a thread is running, in real
  ///   time, before the run is given up on.
  /// - Returns: how it stands; `.running` where no point was reached for that long: then
  ///   `runningThreads` names the threads, and the World has their last lines.
  public func follow(
    _ collector: Collector, quietSeconds: Double = 2, _ body: (Event) -> Void
  ) -> Standing {
    endGathering()
    var events: [Event] = []
    var quietSince = ck_now()
    var choicesThen: UInt64 = 0
    while true {
      // Asked before reading: what was told before it stood still is then read too. While it does
      // not, no lock is taken here, so that nobody can wait for the reader with one.
      let standing = isStill.load(ordering: .acquiring) ? standing : .running
      events.removeAll(keepingCapacity: true)
      let count = collector.drain(into: &events, limit: 4096)
      for event in events { body(event) }
      if count > 0 {
        quietSince = ck_now()
      } else if standing != .running, !collector.isAwaited {
        return standing
      } else if ck_now() &- quietSince <= UInt64(quietSeconds * 1e9) {
        collector.waitForNews(nanoseconds: 2_000_000)
      } else {
        // A run that tells nothing may still come from choice to choice.
        let choices = choices
        if choices == choicesThen { return .running }
        choicesThen = choices
        quietSince = ck_now()
      }
    }
  }

  /// The threads that are running now: those that have not come to a point.
  public var runningThreads: [ThreadID] {
    state.withLock { $0.scheduler.entries.filter(\.isRunning).map(\.id) }
  }
}
