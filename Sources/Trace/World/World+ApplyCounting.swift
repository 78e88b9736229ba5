import HashTreeCollections

/// Calls that are refused, retried or cancelled, and what is counted and measured.
extension World {
  mutating func foldCounting(_ event: Event) {
    switch event.kind {
    case .callRejected(let id, let answer):
      advance(id, from: [.sent, .returned, .lost], to: .rejected, event) { call in
        call.rejections &+= 1
        call.rejection = answer
      }
    case .callRetried(let id, let moment):
      changeCall(id, event) { $0.retryAt = moment }
    case .callCancelled(let id): changeCall(id, event) { $0.isCancelled = true }
    case .callAsynchronous(let id): changeCall(id, event) { $0.isAsynchronous = true }
    case .sectionBegan(let name):
      sections.append(Section(name: name, thread: event.thread, at: event.n))
    case .sectionEnded(let name):
      if let index = sections.lastIndex(where: { $0.name == name && $0.isOpen }) {
        sections[index].isOpen = false
      } else {
        contradict(event, "section \(self[name]) ends, but it did not begin")
      }
    case .measured(let name, let picoseconds, let calls, let scmCalls, let machine):
      measurements.append(
        Measurement(
          name: name, picoseconds: picoseconds, calls: calls, scmCalls: scmCalls,
          machine: machine, at: event.n))
    default: break
    }
  }

  private mutating func changeCall(
    _ id: CallID, _ event: Event, _ body: (inout Call) -> Void
  ) {
    let found: Void? = calls.change(id) { body(&$0) }
    if found == nil { contradict(event, "call \(id) changes, but nobody made it") }
  }

  /// A request or an answer was packed.
  mutating func count(packet blob: Blob) {
    for index in sections.indices where sections[index].isOpen {
      sections[index].packets &+= 1
      sections[index].bytes &+= UInt64(blobs[blob]?.count ?? 0)
    }
  }

  /// A thread called the SCM.
  mutating func countScmCall(by thread: ThreadID) {
    for index in sections.indices where sections[index].isOpen && sections[index].thread == thread {
      sections[index].scmCalls &+= 1
    }
  }

  /// Another thread goes on than the one before.
  mutating func countHandOff() {
    for index in sections.indices where sections[index].isOpen { sections[index].handOffs &+= 1 }
  }
}
