/// Where the hardware cursor stands. Screen readers follow it also where it cannot be seen, so it
/// goes to the place that the next key is about.
public enum Cursor: Hashable, Sendable {
  case hidden(Point)
  /// Seen, as a person who types expects.
  case visible(Point)

  public var point: Point {
    switch self {
    case .hidden(let point), .visible(let point): point
    }
  }
}

/// What the interactive program needs of a terminal: `Terminal` is one, `HeadlessScreen` plays one.
public protocol Screen: AnyObject {
  var size: Size { get }

  /// Shows `canvas` from the upper left corner.
  func paint(_ canvas: Canvas, cursor: Cursor)

  /// The next input; `.timedOut` after `timeout`. Nil waits for as long as it takes.
  func nextInput(timeout: Duration?) -> Input

  /// Ends a `nextInput` that waits, or the next one, with `.wakeUp`. May be called by any thread,
  /// also after the screen has closed.
  var wakeUp: @Sendable () -> Void { get }
}

extension Screen {
  /// Shows `canvas` with the cursor hidden in the lower left corner.
  public func paint(_ canvas: Canvas) {
    paint(canvas, cursor: .hidden(Point(x: 0, y: max(0, size.height - 1))))
  }
}

/// A screen without a terminal: plays prepared inputs and keeps what was painted.
public final class HeadlessScreen: Screen {
  public private(set) var size: Size
  /// Everything that was painted, in order.
  public private(set) var frames: [Canvas] = []
  /// Where the cursor stood in each frame.
  public private(set) var cursors: [Cursor] = []
  private let script: (HeadlessScreen) -> Input

  /// Asks `script` for each input; it may look at `frames` to decide.
  public init(size: Size = .standard, script: @escaping (HeadlessScreen) -> Input) {
    self.size = size
    self.script = script
  }

  /// Plays `inputs`, then reports `.endOfInput`.
  public convenience init(size: Size = .standard, inputs: [Input]) {
    var rest = inputs[...]
    self.init(size: size) { _ in rest.popFirst() ?? .endOfInput }
  }

  public func paint(_ canvas: Canvas, cursor: Cursor) {
    frames.append(canvas)
    cursors.append(cursor)
  }

  public func nextInput(timeout: Duration?) -> Input {
    let input = script(self)
    if case .resize(let size) = input { self.size = size }
    return input
  }

  public var wakeUp: @Sendable () -> Void { {} }
}
