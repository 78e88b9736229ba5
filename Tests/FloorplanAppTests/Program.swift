import Scenarios
import TerminalUI
import ThreadKernel
import Trace

@testable import FloorplanApp

/// The interactive program without a terminal: the real model, driver and runs, keys from a test.
final class Program {
  let driver: AppDriver
  private let screen: HeadlessScreen
  /// Who is at the keyboard while a run is on its way: nobody, unless told.
  let keyboard = Keyboard()

  final class Keyboard {
    /// The key, and how many frames are seen before it.
    var key: (key: Key, frames: Int)?

    fileprivate func type(at screen: HeadlessScreen) -> Input {
      guard let next = key, screen.frames.count >= next.frames else { return .timedOut }
      key = nil
      return .key(next.key)
    }
  }

  init(
    _ start: Interactive.Start = .menu, size: Size = .standard, isPresenting: Bool = false
  ) {
    screen = HeadlessScreen(size: size) { [keyboard] screen in keyboard.type(at: screen) }
    driver = AppDriver(screen: screen, start, isPresenting: isPresenting)
    driver.begin()
  }

  /// A scenario, at its first narrated step.
  convenience init(
    scenario id: String, size: Size = .standard, _ changes: [KnobSetting] = [],
    schedule: Schedule? = nil
  ) throws {
    self.init(
      .scenario(try Program.request(id, changes, schedule: schedule), recordingPath: nil),
      size: size)
  }

  static func request(
    _ id: String, _ changes: [KnobSetting] = [], schedule: Schedule? = nil
  ) throws -> RunRequest {
    guard let scenario = Catalog.scenario(id) else {
      throw BadInput.unknown("scenario", id, known: Catalog.all.map(\.id))
    }
    return RunRequest(
      scenario, knobs: try KnobValues(of: scenario.knobs, changes), schedule: schedule)
  }

  func press(_ keys: Key...) { for key in keys { driver.take(.key(key)) } }

  func press(_ characters: String) {
    for character in characters { driver.take(.key(.character(character))) }
  }

  func press(_ key: Key, times: Int) { for _ in 0..<times { press(key) } }

  var model: AppModel { driver.model }

  var session: SessionModel? { driver.model.session }

  /// The screen as text.
  var text: String { canvas.text }

  var canvas: Canvas {
    var model = driver.model
    return model.render().canvas
  }

  /// What was seen on the way, as text.
  var seenOnTheWay: [String] { screen.frames.map(\.text) }

  var position: Int { session?.position ?? -1 }
  var edge: Int { session?.history.count ?? -1 }
  var message: String { session?.message ?? model.menu.message }
  var steps: Int {
    var session = session
    return session?.world().steps.count ?? 0
  }

  /// Goes on until the card lies open.
  func playToCard() {
    for _ in 0..<200 where session?.cover != .card { press(.space) }
  }
}
