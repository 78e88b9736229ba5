import Scenarios
import Trace

/// Words made from the World, where the lesson's own would not be true or there are none.
struct OtherStory {
  let lesson: Lesson

  /// Why this is not the lesson's story, in a short sentence.
  func reason(in world: World) -> String {
    guard lesson.scenario != nil else {
      return "This version has no such lesson; here is what happened."
    }
    if let action = world.actions.last {
      let id = world[action.name]
      let key = lesson.scenario?.actions.first { $0.id == id }.map { "\($0.key) " } ?? ""
      return "Not the lesson's story, since key \(key)(\(lesson.text.title(ofAction: id)))."
    }
    let killed = world.processesInOrder.filter(\.isKilled)
    if let last = killed.last, killed.count > lesson.own?.kills ?? 0 {
      return "Not the lesson's story: \(world.label(process: last.id)) was killed."
    }
    if world.wasEverFree { return "Not the lesson's story: the threads ran freely." }
    return "Not the lesson's story: the threads ran in another order."
  }

  /// What the card says in the place of what the lesson shows.
  func ending(in world: World) -> String {
    guard lesson.scenario != nil else { return reason(in: world) }
    let shown = lesson.knobs.flatMap { lesson.scenario?.shows($0) } ?? []
    let missed = shown.first { !$0.holds(world) }
    return reason(in: world)
      + (missed.map { " It did not come about that \($0.sentence)." }
        ?? " The lesson's words do not fit it.")
  }

  /// The reason, the latest of the news and who waits for what, in about that many characters.
  ///
  /// - Parameter news: what happened since one stood still last, in sentences.
  func words(in world: World, news: [String], room: Int = 220) -> String {
    let reason = reason(in: world)
    let waits = waits(in: world)
    var left = room - reason.count - waits.reduce(0) { $0 + $1.count + 1 }
    var latest: [String] = []
    for sentence in news.reversed() {
      left -= sentence.count + 1
      guard left >= 0 || latest.isEmpty else { break }
      latest.insert(sentence, at: 0)
    }
    return ([reason] + latest + waits).joined(separator: " ")
  }

  /// Who stands still for something in particular: the first two.
  private func waits(in world: World) -> [String] {
    world.threadsInOrder.compactMap { thread -> String? in
      guard case .waiting(let wait) = thread.activity, !wait.isForAnything,
        world.processes[thread.id.processID]?.isKilled != true
      else { return nil }
      return "\(world.label(thread: thread.id)) \(world.phrase(wait)).".capitalizedFirst
    }.prefix(2).map { $0 }
  }
}

extension World {
  /// An event as a sentence with its thread, as far as it is news.
  func news(of event: Event) -> String? {
    guard event.kind.isNews else { return nil }
    let who = event.thread.isNone ? "" : label(thread: event.thread) + ": "
    return (who + sentence(for: event) + ".").capitalizedFirst
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
