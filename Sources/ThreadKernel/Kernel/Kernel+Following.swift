import CKernel
import Trace

extension Kernel {
  /// Reads what the run tells until it stands still, and hands it on in order.
  ///
  /// - Parameter quietSeconds: how long nothing may be told while a thread is running, in real
  ///   time, before the run is given up on.
  /// - Returns: how it stands; `.running` where no point was reached for that long.
  public func follow(
    _ collector: Collector, quietSeconds: Double = 2, _ body: (Event) -> Void
  ) -> Standing {
    var events: [Event] = []
    var quietSince = ck_now()
    while true {
      // Asked before reading: what was told before it stood still is then read too.
      let standing = standing
      events.removeAll(keepingCapacity: true)
      let count = collector.drain(into: &events, limit: 4096)
      for event in events { body(event) }
      if count > 0 {
        quietSince = ck_now()
      } else if standing != .running {
        return standing
      } else if ck_now() &- quietSince > UInt64(quietSeconds * 1e9) {
        return .running
      } else {
        collector.waitForNews(nanoseconds: 2_000_000)
      }
    }
  }
}
