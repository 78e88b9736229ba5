import Testing

@testable import TerminalUI

struct InputTests {
  private static let codes: [(UInt32, Key)] = [
    (0x61, .character("a")), (0x20, .space), (0xE9, .character("é")), (0x65E5, .character("日")),
    (1, .control("a")), (3, .control("c")), (26, .control("z")), (0, .control(" ")),
    (28, .control("\\")), (9, .tab), (10, .enter), (13, .enter), (27, .escape),
    (8, .backspace), (127, .backspace),
  ]

  @Test(arguments: codes)
  func characterCodes(code: UInt32, key: Key) {
    #expect(KeyDecoder.key(character: code) == key)
  }

  @Test func aCodeThatIsNoCharacterIsNoKey() {
    #expect(KeyDecoder.key(character: 0xD800) == nil)
  }

  @Test func lateReportsAreDropped() {
    func keys(_ text: String) -> [Input] {
      text.unicodeScalars.compactMap { KeyDecoder.key(character: $0.value).map(Input.key) }
    }
    #expect(KeyDecoder.withoutCursorReports(keys("a\u{1B}[12;5Rb")) == keys("ab"))
    #expect(KeyDecoder.withoutCursorReports(keys("\u{1B}[1;1R\u{1B}[1;5R")) == [])
    #expect(KeyDecoder.withoutCursorReports(keys("\u{1B}[12;5")) == keys("\u{1B}[12;5"))
    #expect(KeyDecoder.withoutCursorReports(keys("R\u{1B}")) == keys("R\u{1B}"))
  }

  @Test func theHeadlessScreenPlaysItsInputs() {
    let small = Size(width: 40, height: 10)
    let screen = HeadlessScreen(inputs: [.key(.right), .resize(small)])
    #expect(screen.size == .standard)
    #expect(screen.nextInput(timeout: nil) == .key(.right))
    screen.paint(Canvas(lines: ["first"]))
    #expect(screen.nextInput(timeout: nil) == .resize(small))
    #expect(screen.size == small)
    screen.paint(Canvas(lines: ["second"]), cursor: .visible(.zero))
    #expect(screen.nextInput(timeout: nil) == .endOfInput)
    #expect(screen.frames.map(\.text) == ["first", "second"])
    #expect(screen.cursors == [.hidden(Point(x: 0, y: 23)), .visible(.zero)])
  }

  @Test func aScriptMayLookAtTheFrames() {
    let screen = HeadlessScreen { $0.frames.isEmpty ? .timedOut : .key(.character("q")) }
    #expect(screen.nextInput(timeout: .zero) == .timedOut)
    screen.paint(Canvas(.standard))
    #expect(screen.nextInput(timeout: .zero) == .key(.character("q")))
  }
}
