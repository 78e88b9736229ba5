import Trace

/// What the lessons about in-process servers ask of a World.
extension World {
  /// Whether a call of that method waits in a queue, whosever it is.
  func isWaitingInQueue(_ method: String) -> Bool {
    apartmentsInOrder.flatMap(\.queue).contains { message in
      calls[message.call].map { self[$0.method] == method } ?? false
    }
  }

  /// How many calls of that method were answered, whether their callers have gone on or not.
  func answers(of method: String) -> Int {
    calls(of: method).count { $0.state == .answered || $0.state == .returned }
  }

  /// Whether the thread runs that method of a component, by a direct pointer.
  func isInMethod(_ method: String, _ thread: String) -> Bool {
    self.thread(named: thread)?.frames.contains { frame in
      if case .method(_, let name, .direct) = frame.kind { self[name] == method } else { false }
    } ?? false
  }

  /// What the counters count, in the order of their making.
  var counterValues: [Int64] {
    components(named: "Counter").compactMap { value("value", of: $0.id) }
  }
}
