import FloorplanViews
import TerminalUI
import Testing

@testable import FloorplanApp

/// The matrix and the price of a call, by their keys.
@Suite struct ChartTests {
  @Test func theMatrixOpensAndCloses() throws {
    let program = try Program(scenario: "right-way")
    program.press("m")
    #expect(program.session?.pane == .matrix)
    #expect(program.text.contains("MATRIX"))
    #expect(program.text.contains("implicit MTA"))
    program.press(.escape)
    #expect(program.session?.pane == .source)
  }

  @Test func thePriceSaysWhereNothingWasMeasured() throws {
    let program = try Program(scenario: "right-way")
    program.press("b")
    #expect(program.session?.pane == .price)
    #expect(program.text.contains("nothing was counted yet"))
    #expect(program.text.contains("Nothing was measured in this run."))
    program.press("b")
    #expect(program.session?.pane == .source)
  }

  @Test func anAudienceMissesNothing() throws {
    let program = Program(isPresenting: true)
    program.press(.enter)
    program.press("b")
    #expect(program.session?.pane == .source)
    program.press("m")
    #expect(program.session?.pane == .matrix)
  }

  @Test func aKeyStandsInOneRowOnly() throws {
    let program = try Program(scenario: "straight", size: Size(width: 140, height: 40))
    program.press(.space, times: 4)
    program.press(.tab)
    let rows = [38, 39].map(program.canvas.rowText)
    #expect(rows[0].contains("i inspect:"))
    #expect(!rows[1].contains("i inspect"))
  }

  /// 80×24 holds the plan with its servers, the chart, three lines of words and a question of two.
  @Test func aStartIsSeenBesideItsPrice() throws {
    let program = try Program(scenario: "ready-then-open")
    for _ in 0..<10 where !program.text.contains("How many calls") { program.press(.space) }
    let text = program.text
    for part in [
      "┌─ server 2", "3 class objects, not open yet", "factory Gadget  SUSPENDED", "┌─ SCM",
      "3 one by one           3", "even in the MTA. A waits still.", "1 no call   2 a single call",
    ] {
      #expect(text.contains(part), "\(part)\n\(text)")
    }
  }
}
