import TerminalUI
import Trace

/// A drawn frame: the picture, the things on it in the order in which Tab goes through them, and
/// where the cursor belongs, which screen readers follow.
public struct Frame: Hashable, Sendable {
  public let canvas: Canvas
  public let selectables: [Selectable]
  public let cursor: TerminalUI.Point

  /// Draws `state` on a screen of `size`. Never fails, whatever the size.
  public init(_ state: FrameState, size: Size) {
    var canvas = Canvas(size)
    let typing = canvas.frame(state)
    var seen: Set<Selectable> = []
    selectables = canvas.hitRegions.compactMap { Selectable(id: $0.id) }.filter {
      seen.insert($0).inserted
    }
    let selected = state.plan.selection.flatMap { thing in
      canvas.hitRegions.first { $0.id == thing.id }?.rect.origin
    }
    cursor = typing ?? selected ?? Point(x: 0, y: max(0, size.height - 1))
    self.canvas = canvas
  }
}

/// The picture of `state` on a screen of `size`.
public func frame(_ state: FrameState, size: Size) -> Canvas { Frame(state, size: size).canvas }
