import TerminalUI

/// The thin shell round the model: hands it inputs, performs its effects, paints its frames.
public final class AppDriver {
  private let screen: any Screen
  private let control: RunControl
  private let start = ContinuousClock.now
  public private(set) var model: AppModel

  /// - Parameter executable: the program that child processes are of; nil: there can be none.
  public init(
    screen: any Screen, _ opening: Interactive.Start, isPresenting: Bool = false,
    executable: String? = nil
  ) {
    self.screen = screen
    control = RunControl(executable: executable)
    model = AppModel(opening, size: screen.size, isPresenting: isPresenting)
  }

  /// Runs until the program is left. A recording that could not be written is reported then.
  public func run() throws(BadInput) {
    begin()
    while !model.isOver {
      paint()
      let input = screen.nextInput(timeout: model.patience)
      take(input)
      if model.isFree { update(control.lookAtFreeRun()) }
    }
    if let problem = control.problem { throw problem }
  }

  /// Opens what the program opens with.
  func begin() { perform(model.begin()) }

  /// Does what an input asks for, to the end.
  func take(_ input: Input) {
    perform(model.update(.screen(input, at: ContinuousClock.now - start)))
  }

  private func paint() {
    let (canvas, cursor) = model.render()
    screen.paint(canvas, cursor: cursor)
  }

  /// Effects bring inputs, and those new effects: until nothing is asked for any more. A long way is
  /// shown on its way, one that is watched pick by pick, and a key can stop it.
  private func perform(_ effects: [Effect]) {
    var open = effects[...]
    var count = 0
    while let effect = open.popFirst() {
      for input in control.perform(effect) { open += model.update(input) }
      count += 1
      let isWatched = model.isWatched
      if isWatched || count.isMultiple(of: Self.stride), !open.isEmpty {
        paint()
        let input = screen.nextInput(timeout: isWatched ? Self.look : .zero)
        if input != .timedOut {
          take(input)
          if !model.isMoving { return }
        }
      }
    }
  }

  private func update(_ inputs: [AppInput]) {
    for input in inputs { perform(model.update(input)) }
  }

  /// How many picks are made without a look at the keyboard: more than a lesson has.
  private static let stride = 2000

  /// How long a picture stands while a run is watched: what follows from a key takes seconds then.
  private static let look = Duration.milliseconds(60)
}

extension AppModel {
  /// Whether threads go on without picks.
  var isFree: Bool { session?.pace == .free }

  /// Whether picks are being made.
  var isMoving: Bool { session?.goal != nil }

  /// Whether they are made for a key that was pressed at rest: there may be no step of the story to
  /// stop at, and what follows is to be seen.
  var isWatched: Bool { session?.doing != nil }
}
