import Testing

@testable import TerminalUI

struct TextTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("►◄═○", 4), ("🙂", 2), ("ﾊﾝ", 2), ("❤️", 2),
    ("\u{200B}", 0), ("한글", 4),
  ])
  func cellWidths(text: String, width: Int) {
    #expect(text.cellWidth == width)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""),
    ("日本語", 5, "日本…"), ("日本語", 4, "日…"),
  ])
  func truncation(text: String, width: Int, expected: String) {
    #expect(text.truncated(toWidth: width) == expected)
  }

  @Test func padding() {
    #expect("ab".padded(toWidth: 5) == "ab   ")
    #expect("ab".padded(toWidth: 5, .right) == "   ab")
    #expect("ab".padded(toWidth: 5, .centre) == " ab  ")
    #expect("abcdef".padded(toWidth: 4) == "abc…")
    #expect("日".padded(toWidth: 3) == "日 ")
  }

  @Test func wordsAreWrapped() {
    let text = "The worker opens the packet: its 5 references now belong to proxy 1."
    #expect(
      text.wrapped(toWidth: 24) == [
        "The worker opens the", "packet: its 5 references", "now belong to proxy 1.",
      ])
  }

  @Test(arguments: [
    ("", 5, [""]),
    ("abcdefgh", 3, ["abc", "def", "gh"]),
    ("a abcdefgh", 4, ["a", "abcd", "efgh"]),
    ("one\n\ntwo", 9, ["one", "", "two"]),
    ("  indented text", 10, ["  indented", "text"]),
    ("日本語の文", 5, ["日本", "語の", "文"]),
    ("STAの話", 5, ["STAの", "話"]),
    ("abc   def", 3, ["abc", "def"]),
  ])
  func wrapping(text: String, width: Int, lines: [String]) {
    #expect(text.wrapped(toWidth: width) == lines)
  }

  @Test(arguments: 1...30)
  func noLineIsTooLongAndNoWordIsLost(width: Int) {
    let text = "Main was not asked and need not pump: unmarshalling makes no call. 日本語 also."
    let lines = text.wrapped(toWidth: width)
    #expect(lines.allSatisfy { $0.cellWidth <= max(width, 2) })
    #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
  }

  @Test func stylesSurviveWrapping() {
    let line: StyledText = "refs " + StyledText("1→0 FREED", .changed) + " now"
    let lines = line.wrapped(toWidth: 9)
    #expect(lines.map(\.string) == ["refs 1→0", "FREED now"])
    #expect(lines[0].spans.last == .init(text: "1→0", style: .changed))
    #expect(lines[1].spans.first == .init(text: "FREED", style: .changed))
  }

  @Test func linesAreJoined() {
    let parts: [StyledText] = ["a", StyledText("b", .key), "c"]
    #expect(parts.joined(separator: ", ").string == "a, b, c")
  }
}

struct GeometryTests {
  private let area = Rect(x: 2, y: 1, width: 10, height: 5)

  @Test func splits() {
    #expect(area.splitTop(2).top == Rect(x: 2, y: 1, width: 10, height: 2))
    #expect(area.splitTop(2).rest == Rect(x: 2, y: 3, width: 10, height: 3))
    #expect(area.splitBottom(1).bottom == Rect(x: 2, y: 5, width: 10, height: 1))
    #expect(area.splitLeft(3).rest == Rect(x: 5, y: 1, width: 7, height: 5))
    #expect(area.splitRight(3).right == Rect(x: 9, y: 1, width: 3, height: 5))
    #expect(area.splitTop(9).rest.isEmpty)
    #expect(area.splitLeft(-1).rest == area)
  }

  @Test func columnsFillTheWidth() {
    #expect(area.columns([1, 1, 1], gap: 1).map(\.width) == [3, 3, 2])
    #expect(area.columns([1, 1, 1], gap: 1).map(\.left) == [2, 6, 10])
    #expect(area.rows([2, 1]).map(\.height) == [4, 1])
    let cell = Rect(x: 0, y: 0, width: 1, height: 1)
    #expect(cell.columns([1, 1, 1], gap: 1).map(\.isEmpty) == [true, true, true])
  }

  @Test func insetNeverTurnsOver() {
    #expect(area.inset() == Rect(x: 3, y: 2, width: 8, height: 3))
    #expect(Rect(x: 0, y: 0, width: 1, height: 1).inset().isEmpty)
    #expect(area.centred(Size(width: 4, height: 99)) == Rect(x: 5, y: 1, width: 4, height: 5))
    #expect(area.intersection(Rect(x: 50, y: 50, width: 1, height: 1)).isEmpty)
  }
}
