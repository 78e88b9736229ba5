/// A box that lies over the picture: help, an inspector, a card at the end of a scenario.
public struct Overlay: Hashable, Sendable {
  public var title: StyledText
  public var lines: [StyledText]
  /// Stands in the lower wall: usually how the box is closed.
  public var footer: StyledText
  /// The first line that shows when not all fit.
  public var top: Int
  public var wall: Wall

  public init(
    title: StyledText, lines: [StyledText], footer: StyledText = "", top: Int = 0,
    wall: Wall = .single
  ) {
    self.title = title
    self.lines = lines
    self.footer = footer
    self.top = top
    self.wall = wall
  }

  /// Where the box lies in `area`: centred, as large as its text wants and the area allows.
  public func frame(in area: Rect) -> Rect {
    let widest = (lines.map(\.width).max() ?? 0)
    let width = max(widest, title.width + 2, footer.width + 2) + 4
    return area.centred(Size(width: width, height: lines.count + 2))
  }

  /// The largest useful `top` when the box is drawn in `area`.
  public func lastTop(in area: Rect) -> Int {
    max(0, lines.count - frame(in: area).inset().height)
  }
}

extension Canvas {
  /// Draws `overlay` in the middle of `area` over what is there, and returns its inside. Hit regions
  /// below it no longer count: the box takes the clicks, as `id`.
  @discardableResult
  public mutating func overlay(_ overlay: Overlay, in area: Rect, id: String = "overlay") -> Rect {
    let frame = overlay.frame(in: area)
    fill(frame)
    box(frame, overlay.wall, title: overlay.title, style: .plain)
    addHit(frame, id)
    let inside = frame.inset(dx: 2, dy: 1)
    let top = min(max(0, overlay.top), overlay.lastTop(in: area))
    write(Array(overlay.lines.dropFirst(top)), in: inside)
    if top > 0 {
      write(String(Glyph.pointsUp), at: Point(x: frame.right - 2, y: frame.top), .plain)
    }
    if top < overlay.lastTop(in: area) {
      write(String(Glyph.pointsDown), at: Point(x: frame.right - 2, y: frame.bottom - 1), .plain)
    }
    if !overlay.footer.isEmpty, frame.width > 6, frame.height >= 2 {
      let text = " " + overlay.footer.truncated(toWidth: frame.width - 6) + " "
      write(text, at: Point(x: frame.left + 2, y: frame.bottom - 1))
    }
    return inside
  }
}
