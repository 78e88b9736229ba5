import Testing

@testable import TerminalUI

struct CanvasTests {
  @Test func textDropsBlanksAtTheEnds() {
    var canvas = Canvas(Size(width: 8, height: 3))
    canvas.write("ab", at: Point(x: 1, y: 0))
    canvas.write("c d", at: Point(x: 0, y: 2))
    #expect(canvas.text == " ab\n\nc d")
  }

  @Test func writingIsCutAtEveryEdge() {
    var canvas = Canvas(Size(width: 4, height: 2))
    canvas.write("abcdef", at: Point(x: -2, y: 0))
    canvas.write("abcdef", at: Point(x: 2, y: 1))
    canvas.write("outside", at: Point(x: 0, y: 2))
    canvas.write("outside", at: Point(x: 0, y: -1))
    #expect(canvas.text == "cdef\n  ab")
  }

  @Test func writeReturnsTheColumnAfterTheText() {
    var canvas = Canvas(Size(width: 4, height: 1))
    #expect(canvas.write("日本ab", at: .zero) == 6)
    #expect(canvas.text == "日本")
  }

  @Test func aWideCharacterTakesTwoCells() {
    var canvas = Canvas(Size(width: 6, height: 1))
    canvas.write("a日b", at: .zero)
    #expect(canvas[Point(x: 1, y: 0)].character == "日")
    #expect(canvas[Point(x: 2, y: 0)].content == .trailingHalf)
    #expect(canvas[Point(x: 3, y: 0)].character == "b")
  }

  @Test(arguments: [(0, "x 本"), (1, " x本"), (2, "日x"), (3, "日 x")])
  func writingOverHalfAWideCharacterBlanksTheOther(x: Int, text: String) {
    var canvas = Canvas(Size(width: 4, height: 1))
    canvas.write("日本", at: .zero)
    canvas.write("x", at: Point(x: x, y: 0))
    #expect(canvas.text == text)
  }

  @Test func halfAWideCharacterIsNotShown() {
    var canvas = Canvas(Size(width: 3, height: 1))
    canvas.write("日日", at: Point(x: -1, y: 0))
    #expect(canvas.text == " 日")
    canvas.write("本本", at: .zero)
    #expect(canvas.text == "本")
    #expect(canvas[Point(x: 2, y: 0)].character == " ")
  }

  @Test func combiningMarksStayWithTheirLetter() {
    var canvas = Canvas(Size(width: 4, height: 1))
    canvas.write("e\u{301}x", at: .zero)
    #expect(canvas[Point(x: 1, y: 0)].character == "x")
    #expect(canvas.text == "e\u{301}x")
  }

  @Test func controlCharactersCannotReachTheTerminal() {
    var canvas = Canvas(Size(width: 6, height: 1))
    canvas.write("a\u{1B}[m\tb", at: .zero)
    #expect(canvas.text == "a?[m b")
  }

  @Test func oneCanvasIsDrawnIntoAnother() {
    var inner = Canvas(lines: ["abc", "def"])
    inner.addHit(Rect(x: 0, y: 0, width: 2, height: 1), "inner")
    var outer = Canvas(Size(width: 4, height: 3))
    outer.draw(inner, at: Point(x: 2, y: 1))
    #expect(outer.text == "\n  ab\n  de")
    #expect(outer.hit(at: Point(x: 3, y: 1)) == "inner")
    #expect(outer.hit(at: Point(x: 0, y: 0)) == nil)
  }

  @Test func drawingInARectangleIsCutThere() {
    var canvas = Canvas(lines: ["......", "......"])
    canvas.draw(in: Rect(x: 1, y: 0, width: 3, height: 1)) { part in
      #expect(part.text == "...")
      part.write("abcdef", at: .zero)
      part.write("below", at: Point(x: 0, y: 1))
    }
    #expect(canvas.text == ".abc..\n......")
  }

  @Test func theUppermostRegionIsHit() {
    var canvas = Canvas(Size(width: 5, height: 5))
    canvas.addHit(canvas.bounds, "below")
    canvas.addHit(Rect(x: 1, y: 1, width: 2, height: 2), "above")
    #expect(canvas.hit(at: Point(x: 2, y: 2)) == "above")
    #expect(canvas.hit(at: Point(x: 3, y: 3)) == "below")
    #expect(canvas.hit(at: Point(x: 5, y: 5)) == nil)
  }

  @Test func marksAreFoundByRole() {
    var canvas = Canvas(Size(width: 20, height: 2))
    canvas.write("refs " + StyledText("1→0", .changed) + " x", at: .zero)
    canvas.write("FREED", at: Point(x: 3, y: 1), .changed)
    #expect(canvas.text(in: .changed) == ["1→0", "FREED"])
    #expect(canvas.firstPoint(of: "REED") == Point(x: 4, y: 1))
    #expect(canvas.firstPoint(of: "nowhere") == nil)
  }

  @Test func restylingKeepsTheCharacters() {
    var canvas = Canvas(lines: ["abc"])
    canvas.restyle(Rect(x: 1, y: 0, width: 9, height: 9)) { $0.with(.reverse) }
    #expect(canvas.text == "abc")
    #expect(canvas[.zero].style == .plain)
    #expect(canvas[Point(x: 2, y: 0)].style.attributes == .reverse)
  }
}

struct WallTests {
  @Test func roomsAreToldByTheirWalls() {
    var canvas = Canvas(Size(width: 36, height: 3))
    canvas.box(Rect(x: 0, y: 0, width: 14, height: 3), .double, title: "main STA")
    canvas.box(Rect(x: 15, y: 0, width: 10, height: 3), .single, title: "MTA")
    canvas.box(Rect(x: 26, y: 0, width: 10, height: 3), .dotted, title: "NTA")
    #expect(
      canvas.text == """
        ╔═ main STA ═╗ ┌─ MTA ──┐ ·· NTA ···
        ║            ║ │        │ ·        ·
        ╚════════════╝ └────────┘ ··········
        """)
    #expect(
      canvas.ascii().text == """
        #= main STA =# +- MTA --+ .. NTA ...
        #            # |        | .        .
        #============# +--------+ ..........
        """)
  }

  @Test func aTitleOnTheRightGoesWhenThereIsNoRoom() {
    var canvas = Canvas(Size(width: 30, height: 2))
    canvas.box(canvas.bounds, .single, title: "server 1", trailing: "closing")
    #expect(canvas.rowText(0) == "┌─ server 1 ─────── closing ─┐")
    var narrow = Canvas(Size(width: 20, height: 2))
    narrow.box(narrow.bounds, .single, title: "server 1", trailing: "closing")
    #expect(narrow.rowText(0) == "┌─ server 1 ───────┐")
  }

  @Test func aLongTitleIsCut() {
    var canvas = Canvas(Size(width: 12, height: 2))
    canvas.box(canvas.bounds, .double, title: "host STA of COM")
    #expect(canvas.rowText(0) == "╔═ host … ═╗")
  }

  @Test func aRuleCarriesItsTitle() {
    var canvas = Canvas(Size(width: 24, height: 1))
    canvas.rule(canvas.bounds, title: "in no apartment")
    #expect(canvas.text == "─ in no apartment ──────")
  }

  @Test func wiresLeaveWallsThroughJunctions() {
    var canvas = Canvas(Size(width: 11, height: 3))
    canvas.box(Rect(x: 0, y: 0, width: 4, height: 3), .double)
    canvas.box(Rect(x: 7, y: 0, width: 4, height: 3), .single)
    canvas.branch(at: Point(x: 3, y: 1), .right)
    canvas.horizontalLine(at: Point(x: 4, y: 1), length: 3)
    canvas.branch(at: Point(x: 7, y: 1), .left)
    canvas.branch(at: Point(x: 8, y: 2), .down)
    #expect(canvas.rowText(1) == "║  ╟───┤  │")
    #expect(canvas.rowText(2) == "╚══╝   └┬─┘")
  }

  @Test(arguments: [(1, 5), (5, 1), (0, 0)])
  func aBoxWithoutAnInsideIsNotDrawn(width: Int, height: Int) {
    let size = Size(width: width, height: height)
    var canvas = Canvas(Size(width: 6, height: 6))
    canvas.box(Rect(origin: .zero, size: size), .double, title: "x")
    #expect(canvas == Canvas(Size(width: 6, height: 6)))
  }
}

struct GlyphTests {
  /// Everything that the plan draws with.
  private static let drawn =
    "►◄◘○■═║╔╗╚╝─│┌┐└┘├┤┬┴┼╟╢╤╧▼▲→←↑↓…•×░▒▓█·"

  @Test(arguments: Array(drawn))
  func everyGlyphHasAnASCIICounterpartOfOneCell(glyph: Character) {
    let ascii = GlyphSet.ascii(for: glyph)
    #expect(ascii.isASCII)
    #expect(ascii != "?")
    #expect(ascii.cellWidth == 1)
    #expect(glyph.cellWidth == 1)
  }

  @Test func wallsStayApartInASCII() {
    #expect(GlyphSet.ascii(for: "═") == "=")
    #expect(GlyphSet.ascii(for: "║") == "#")
    #expect(GlyphSet.ascii(for: "─") == "-")
    #expect(GlyphSet.ascii(for: "│") == "|")
    #expect(GlyphSet.ascii(for: "┌") == "+")
    #expect(GlyphSet.ascii(for: "·") == ".")
  }

  /// `5>0` would be a comparison.
  @Test(arguments: [
    ("refs 5→0   = stub 1", "refs 5->0  = stub 1"),
    ("a→b c→d    rest", "a->b c->d  rest"),
    ("← back   → step   q", "<- back  -> step  q"),
    // One free cell keeps the wall off, and there is nothing else to take.
    ("│5→0 │", "|5>0 |"),
    ("│ 5→0  │", "| 5->0 |"),
    ("one→two", "one>two"),
    ("one→two ", "one->two"),
    ("日→本  ", "??->??"),
    ("└─── 5→6 calls ─┘", "+-- 5->6 calls -+"),
    ("└─ 5→6 calls ─┘", "+- 5>6 calls -+"),
  ])
  func arrowsInTextsAreArrowsInASCII(text: String, ascii: String) {
    let canvas = Canvas(lines: [StyledText(text)])
    #expect(canvas.ascii().text == ascii)
    #expect(canvas.ascii().size == canvas.size)
  }

  @Test func threadStatesStayApartInASCII() {
    let states = [
      Glyph.runs, Glyph.idle, Glyph.waits, Glyph.blocked, Glyph.ready, Glyph.ended,
    ]
    #expect(Set(states.map(GlyphSet.ascii(for:))).count == states.count)
  }

  @Test func otherLettersKeepTheirCells() {
    let canvas = Canvas(lines: ["aé日b", "►x…"])
    #expect(canvas.ascii().text == "a???b\n>x~")
    #expect(GlyphSet.unicode.rendering(canvas) == canvas)
    #expect(GlyphSet.ascii.rendering(canvas) == canvas.ascii())
  }
}
