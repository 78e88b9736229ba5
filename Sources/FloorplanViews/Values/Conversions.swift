import Trace

extension Selectable {
  /// What a finding points at.
  public init(_ subject: Finding.Subject) {
    switch subject {
    case .thread(let id): self = .thread(id)
    case .apartment(let id): self = .apartment(id)
    case .object(let id): self = .object(id)
    case .packet(let id): self = .packet(id)
    case .call(let id): self = .call(id)
    case .field(let name): self = .field(name)
    }
  }
}

extension FindingText {
  /// The case at hand, and what is wrong with it in general.
  public init(_ finding: Finding) {
    self.init(finding.sentence, finding.lint.summary)
  }
}

extension LogState.Line {
  /// The event as a sentence; `world` is the one right after it.
  public init(_ event: Event, in world: World) {
    self.init(
      event: event.n, who: event.thread.isNone ? "" : world.label(thread: event.thread),
      sentence: world.sentence(for: event))
  }
}
