import Scenarios
import TerminalUI
import Trace

/// The story of a run as lines of text.
struct NarratedLog {
  private let request: RunRequest
  private let lesson: Lesson
  private var text: LessonText { lesson.text }
  private var world = World()
  private var happened = Happenings()
  /// The steps that were reached as the lesson says.
  private var toldSteps = 0
  private var hasSaidWhy = false
  private var step = 0

  init(_ request: RunRequest) {
    self.request = request
    lesson = Lesson(request.scenario, request.knobs)
  }

  var opening: [UInt8] {
    var lines = [text.title]
    let changed = zip(request.knobs.settings, request.scenario.knobs)
      .filter { $0.value != $1.defaultValue }
      .map { setting, _ in
        "\(text.title(ofKnob: setting.knob)): "
          + text.title(of: setting.value, ofKnob: setting.knob)
      }
    lines += changed.map { "  what if: \($0)" }
    if !request.registry.isEmpty { lines.append("  " + RunRequest.registryNote) }
    return bytes(lines + [""])
  }

  /// What is to be said of an event: most of them need no words here.
  mutating func lines(for event: Event) -> [UInt8] {
    world.apply(event)
    happened.add(event, in: world)
    let isTold = lesson.own?.isTold(after: world.lastStep, happened) ?? true
    return (isTold ? [] : reasonOnce()) + lines(for: event, isTold: isTold)
  }

  /// Why the lesson's own words are not said, once that is so.
  private mutating func reasonOnce() -> [UInt8] {
    guard !hasSaidWhy, request.registry.isEmpty else { return [] }
    hasSaidWhy = true
    return bytes(entry("*", OtherStory(lesson: lesson).reason(in: world), by: ThreadID.none))
  }

  private mutating func lines(for event: Event, isTold: Bool) -> [UInt8] {
    switch event.kind {
    case .narrated where !request.registry.isEmpty: return []
    case .narrated(let key):
      step += 1
      guard isTold else { return [] }
      toldSteps += 1
      let words = text.step(world[key], request.knobs)
      return bytes(entry(String(step), world.filling(words)))
    case .refused(_, let result):
      let meaning = result.meaning.isEmpty ? "" : " (\(result.meaning))"
      return bytes(entry("!", world.sentence(for: event) + meaning, by: event.thread))
    case .action(let name):
      return bytes(entry("*", "a key: \(text.title(ofAction: world[name]))", by: event.thread))
    case .deadlock:
      let cycle = world.findings().first { $0.lint == .deadlock }?.sentence ?? ""
      return bytes(entry("!", "Deadlock: \(cycle)", by: event.thread))
    default:
      // Where the lesson's words may not be true, what happened is said instead.
      guard !isTold || !request.registry.isEmpty, event.kind.isNews else { return [] }
      return bytes(entry("-", world.sentence(for: event), by: event.thread))
    }
  }

  /// The card: what was seen, what was expected and did not come, what looks wrong.
  func closing(_ world: World, _ unmet: [Expectation]) -> [UInt8] {
    var lines = [""]
    if let fault = world.fault {
      lines += entry("!", "event \(fault.at): \(fault.sentence)", by: ThreadID.none)
    }
    let findings = world.findings().filter { $0.lint != .deadlock }
    for finding in findings { lines += entry("!", finding.sentence, by: ThreadID.none) }
    if !findings.isEmpty { lines.append("") }
    if !request.registry.isEmpty {
      lines.append("Nothing is expected with a registry of one's own.")
    } else if unmet.isEmpty, !isWhole {
      lines += OtherStory(lesson: lesson).ending(in: world).wrapped(toWidth: Self.width)
      lines.append("What holds in every order held.")
    } else if unmet.isEmpty {
      lines += text.ending(request.knobs, of: request.scenario, in: world)
        .wrapped(toWidth: Self.width)
      lines.append(world.showsFailure ? "A failure on the way, as expected." : "As expected.")
    } else {
      lines.append("Not as expected:")
      lines += unmet.flatMap { entry("-", $0.sentence, by: ThreadID.none) }
    }
    if isWhole { lines.append(request.scenario.facts.joined(separator: " ")) }
    return bytes(lines)
  }

  /// Whether all steps of the lesson were reached as its words say.
  private var isWhole: Bool { toldSteps == step && step == lesson.steps.count }

  private static let width = 78

  /// ` 5  2 worker  The worker opens the packet …`, with the lines that follow under the first.
  private func entry(_ mark: String, _ sentence: String, by thread: ThreadID? = nil) -> [String] {
    let thread = thread ?? world.acting
    let who = thread.isNone ? "" : world.label(thread: thread)
    // With its process before it a name is longer.
    let column = request.scenario.cast.buildings.isEmpty ? 10 : 18
    let head = mark.padded(toWidth: 3, .right) + "  " + who.padded(toWidth: column) + "  "
    return sentence.wrapped(toWidth: Self.width - head.count).enumerated().map { index, line in
      (index == 0 ? head : String(repeating: " ", count: head.count)) + line
    }
  }

  private func bytes(_ lines: [String]) -> [UInt8] { lines.flatMap { Array(($0 + "\n").utf8) } }
}

extension World {
  /// Whether something failed that a person should look at.
  var showsFailure: Bool {
    var isDeadlock = false
    if case .deadlock = ending { isDeadlock = true }
    return isDeadlock || refusals.contains { !isMended($0) } || !misuses.isEmpty
      || !trespasses.isEmpty || callsInOrder.contains { isFailed($0) }
  }

  /// Whether only COM hears of it: a server that stops lets a client's call in no more, and the
  /// client's COM goes to another server.
  private func isMended(_ refusal: Refusal) -> Bool {
    guard case .com = refusal.refuser,
      processes[refusal.thread.processID]?.launchedFor.isNone == false
    else { return false }
    return [.CO_E_SERVER_STOPPING, .REGDB_E_CLASSNOTREG].contains(refusal.result)
  }

  /// Whether a program's call found its server gone.
  private func isFailed(_ call: Call) -> Bool {
    !call.proxy.isNone && call.state == .returned && call.result.tellsServerIsGone
  }
}
