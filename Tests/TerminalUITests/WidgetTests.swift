import Testing

@testable import TerminalUI

struct KeyBarTests {
  private let items = [
    KeyItem("Space", "go on"), KeyItem("→", "step", rank: 1), KeyItem("←", "back", rank: 2),
    KeyItem("1-9", "one thread", isEnabled: false, rank: 3), KeyItem("?", "help", rank: 1),
    KeyItem("q", "menu", rank: 0),
  ]

  private func bar(width: Int) -> Canvas {
    var canvas = Canvas(Size(width: width, height: 1))
    canvas.keyBar(items, in: canvas.bounds)
    return canvas
  }

  @Test(arguments: [
    (80, " Space go on   → step   ← back   1-9 one thread   ? help   q menu"),
    (62, " Space go on  → step  ← back  1-9 one thread  ? help  q menu"),
    (50, " Space go on   → step   ← back   ? help   q menu"),
    (40, " Space go on   → step   ? help   q menu"),
    (30, " Space go on   → step   q menu"),
    (20, " Space go on  q menu"),
    (12, " Space go on"),
    (11, ""),
    (0, ""),
  ])
  func itemsOfTheHighestRankGoFirst(width: Int, text: String) {
    #expect(bar(width: width).text == text)
  }

  @Test func disabledKeysAreDimAndNotClickable() {
    let canvas = bar(width: 80)
    #expect(canvas.text(in: .dim) == ["1-9", "one thread"])
    #expect(canvas.hit(at: canvas.firstPoint(of: "one")!) == nil)
    #expect(canvas.hit(at: canvas.firstPoint(of: "help")!) == "?")
    #expect(canvas.hit(at: Point(x: 0, y: 0)) == nil)
    #expect(canvas.text(in: .key) == ["Space", "→", "←", "?", "q"])
  }
}

struct SelectionListTests {
  private let rows = (1...9).map { StyledText("row \($0)") }

  private func draw(_ position: ListPosition, height: Int = 3) -> (canvas: Canvas, cursor: Point) {
    var canvas = Canvas(Size(width: 12, height: height))
    let cursor = canvas.list(rows, position, in: canvas.bounds)
    return (canvas, cursor)
  }

  @Test func theListScrollsAsLittleAsNeeded() {
    var position = ListPosition()
    #expect(draw(position).canvas.text == "► row 1\n  row 2\n  row 3    ▼")
    position.move(by: 3, count: 9)
    position = position.showing(count: 9, height: 3)
    #expect(draw(position).canvas.text == "  row 2    ▲\n  row 3\n► row 4    ▼")
    position.move(by: -1, count: 9)
    #expect(position.showing(count: 9, height: 3).top == 1)
    position.move(by: 99, count: 9)
    #expect(draw(position).canvas.text == "  row 7    ▲\n  row 8\n► row 9")
    position.move(by: -99, count: 9)
    #expect(position.showing(count: 9, height: 3) == ListPosition())
  }

  @Test func aListThatShrankStillShowsItsSelection() {
    let position = ListPosition(selected: 8, top: 6)
    #expect(position.showing(count: 2, height: 3) == ListPosition(selected: 1, top: 0))
    #expect(position.showing(count: 0, height: 3) == ListPosition(selected: 0, top: 0))
  }

  @Test func theCursorStandsOnTheSelection() {
    #expect(draw(ListPosition(selected: 4, top: 3)).cursor == Point(x: 0, y: 1))
    let canvas = draw(ListPosition(selected: 4, top: 3)).canvas
    #expect(canvas[Point(x: 3, y: 1)].style.attributes == .reverse)
    #expect(canvas[Point(x: 3, y: 0)].style.attributes == [])
    #expect(canvas.hit(at: Point(x: 5, y: 2)) == "row 5")
  }

  @Test func anEmptyListAndNoRoomAreHarmless() {
    var canvas = Canvas(Size(width: 12, height: 2))
    canvas.list([], ListPosition(), in: canvas.bounds)
    canvas.list(rows, ListPosition(selected: 3), in: Rect(x: 0, y: 0, width: 12, height: 0))
    canvas.list(rows, ListPosition(selected: 3), in: Rect(x: 0, y: 0, width: 0, height: 2))
    #expect(canvas.text == "\n")
  }
}

struct OverlayTests {
  private let help = Overlay(
    title: "Keys", lines: ["Space  go on", "q      menu", "?      help"], footer: "Esc close")

  @Test func aBoxLiesOverThePicture() {
    var canvas = Canvas(Size(width: 20, height: 7))
    canvas.fill(canvas.bounds, ".")
    let inside = canvas.overlay(help, in: canvas.bounds)
    #expect(
      canvas.text == """
        ....................
        ..┌─ Keys ───────┐..
        ..│ Space  go on │..
        ..│ q      menu  │..
        ..│ ?      help  │..
        ..└─ Esc close ──┘..
        ....................
        """)
    #expect(inside == Rect(x: 4, y: 2, width: 12, height: 3))
    #expect(canvas.hit(at: Point(x: 5, y: 3)) == "overlay")
  }

  @Test func whatDoesNotFitScrolls() {
    var canvas = Canvas(Size(width: 20, height: 4))
    var scrolled = help
    scrolled.top = 9
    canvas.overlay(scrolled, in: canvas.bounds)
    #expect(help.lastTop(in: canvas.bounds) == 1)
    #expect(canvas.rowText(1).contains("q      menu"))
    #expect(canvas.rowText(0).contains("▲"))
    #expect(!canvas.rowText(3).contains("▼"))
  }

  @Test(arguments: 0...12, 0...5)
  func anySizeIsHarmless(width: Int, height: Int) {
    var canvas = Canvas(Size(width: width, height: height))
    canvas.overlay(help, in: canvas.bounds)
    #expect(canvas.size == Size(width: width, height: height))
  }
}

struct InputLineTests {
  private func type(_ keys: [Key]) -> InputLine {
    var line = InputLine(prompt: ":")
    for key in keys { #expect(line.apply(key) == .editing) }
    return line
  }

  @Test func typingAndCorrecting() {
    let line = type([
      .character("5"), .character("x"), .backspace, .character("%"), .home, .character("a"),
      .delete, .end, .character("日"), .left, .left, .right,
    ])
    #expect(line.text == "a%日")
    #expect(line.position == 2)
    #expect(type([.character("a"), .character("b"), .left, .control("u")]).text == "b")
  }

  @Test func endings() {
    var line = InputLine(prompt: "/", text: "x")
    #expect(line.apply(.up) == .ignored)
    #expect(line.apply(.enter) == .entered("x"))
    #expect(line.apply(.escape) == .cancelled)
    #expect(line.apply(.backspace) == .editing)
    #expect(line.apply(.backspace) == .cancelled)
  }

  @Test func theTypingPlaceAlwaysShows() {
    var canvas = Canvas(Size(width: 8, height: 1))
    #expect(canvas.inputLine(InputLine(prompt: ":", text: "abc"), in: canvas.bounds).x == 4)
    #expect(canvas.text == ":abc")
    let cursor = canvas.inputLine(InputLine(prompt: ":", text: "abcdefghij"), in: canvas.bounds)
    #expect(canvas.text == ":efghij")
    #expect(cursor == Point(x: 7, y: 0))
  }
}
