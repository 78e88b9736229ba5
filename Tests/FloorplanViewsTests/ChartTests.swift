import FloorplanViews
import TerminalUI
import Testing
import Trace

/// The matrix and the price of a call.
@Suite struct ChartTests {
  private func state(_ worlds: (before: World, after: World), _ chart: Chart) -> FrameState {
    var state = FrameState.rightWay(worlds.after, baseline: worlds.before)
    state.plan.cast = Servers.cast
    state.plan.selection = nil
    state.chart = chart
    state.priceHint = "Press a for a free burst."
    return state
  }

  private func rows(_ canvas: Canvas, _ range: Range<Int>) -> String {
    range.map(canvas.rowText).joined(separator: "\n")
  }

  @Test func theStoriesAreSound() {
    #expect(Servers.matrix().after.fault == nil)
    #expect(Servers.matrix(hostIsMain: true).after.fault == nil)
    #expect(Servers.price(measured: true).after.fault == nil)
  }

  @Test func theMatrixHasTheLowerHalf() {
    let canvas = frame(state(Servers.matrix(), .matrix), size: .standard)
    #expect(
      rows(canvas, 8..<17) == """
        ─ who got what: clients by threading models ───────────────────── 5 of 36 seen ─
         client       absent       Apartment    Both     Free        Neutral  bad value
         main STA     ·            D            ·        ·           ·        ·
         other STA    ·            ·            ·        ·           ·        ·
         MTA          ·            P→host NEW   D        ·           L→NA     E
         implicit MTA ·            ·            ·        ·           ·        ·
         NA on STA    ·            ·            ·        ·           ·        ·
         NA on MTA    ·            ·            ·        ·           ·        ·
         D direct  P→ proxy  L→ light  E REGDB_E_BADTHREADINGMODEL  · not seen yet
        """)
    #expect(canvas.text(in: .changed).contains { $0.contains("P→host NEW") })
    // The plan keeps the upper half, narration and keys their places.
    #expect(canvas.rowText(1) == "═ main STA ═  1 main  • READY, queue empty")
    #expect(canvas.rowText(2) == "   Counter 1")
    #expect(canvas.rowText(5).hasPrefix("═ host STA · started by COM ═  3 host  ► RUNS"))
    #expect(canvas.rowText(6) == "   Counter 2 NEW")
    #expect(canvas.rowText(18).hasPrefix(" The worker opens"))
    #expect(canvas.rowText(21).hasPrefix(" ? Next"))
  }

  @Test func clientsThatTheRunCannotHaveHaveNoRow() {
    var state = state(Servers.matrix(hostIsMain: true), .matrix)
    state.plan.cast = Cast(rooms: [
      Room(.multithreaded, "MTA", threads: ["web", "guest"], side: .left),
      Room(
        .singleThreaded, "host STA · started by COM", threads: ["host"], side: .right, isMain: true),
    ])
    let text = frame(state, size: .standard).text
    #expect(text.contains("of 18 seen"))
    #expect(!text.contains("NA on STA"))
    #expect(text.contains("E REGDB_E_BADTHREADINGMODEL\n h.main host STA, the main one"))
    #expect(text.contains("· not seen yet"))
  }

  @Test func widerScreensSayTheMatrixInFull() {
    let worlds = Servers.matrix(hostIsMain: true)
    let middle = frame(state(worlds, .matrix), size: .wide).text
    #expect(middle.contains("proxy→h.main NEW"))
    #expect(middle.contains("light→NA"))
    #expect(middle.contains("h.main host STA, the main one"))
    let full = frame(state(worlds, .matrix), size: Size(width: 200, height: 60)).text
    #expect(full.contains("proxy → host STA · main NEW"))
    #expect(full.contains("light proxy → NA"))
    #expect(full.contains("REGDB_E_BADTHREADINGMODEL"))
  }

  @Test func narrowScreensListWhatWasSeen() {
    var state = state(Servers.matrix(), .matrix)
    #expect(!frame(state, size: Size(width: 40, height: 10)).text.contains("Apartment"))
    state.pane = .matrix
    let text = frame(state, size: Size(width: 60, height: 16)).text
    #expect(text.contains(" MTA, Apartment: proxy → host STA NEW"))
    #expect(text.contains(" MTA, bad value: REGDB_E_BADTHREADINGMODEL"))
  }

  @Test func theMatrixIsAPaneToo() {
    var state = state(Servers.matrix(), .matrix)
    state.chart = nil
    state.pane = .matrix
    for size in [Size.standard, .wide] {
      let text = frame(state, size: size).text
      #expect(text.contains(" MATRIX  who got what"))
      #expect(text.contains(" NEW"))
    }
  }

  @Test func manyRoomsAreLinesAboveTheMatrix() {
    var state = state(Servers.matrix(), .matrix)
    state.plan.cast.rooms += [
      Room(.singleThreaded, "desk's STA", threads: ["desk"], side: .left),
      Room(.multithreaded, "host MTA", process: 1, threads: ["pool"], side: .right),
    ]
    let canvas = frame(state, size: .standard)
    #expect(canvas.rowText(1).hasPrefix("═ main STA ═  1 main  • READY, queue empty"))
    #expect(canvas.rowText(2) == "   Counter 1")
    #expect(canvas.rowText(3) == "─ MTA ─  2 web  • READY, Clock, light proxy 1, proxy 2 NEW")
    #expect(canvas.rowText(5) == "· neutral apartment ·  Grid")
  }

  @Test func asciiSaysTheSame() {
    let canvas = GlyphSet.ascii.rendering(frame(state(Servers.matrix(), .matrix), size: .standard))
    #expect(canvas.rowText(12).hasPrefix(" MTA          .            P->host NEW  D"))
    let price = frame(state(Servers.price(measured: true), .price), size: .standard)
    #expect(GlyphSet.ascii.rendering(price).text.contains("11.8 us  ****"))
  }

  @Test func thePriceWithBars() {
    let canvas = frame(state(Servers.price(measured: true), .price), size: .standard)
    #expect(
      rows(canvas, 7..<16) == """
        ─ the price of a call ─────────────────────────────────── bars are logarithmic ─
         call           hand-offs packets  bytes  one call          times a direct call
         direct                 0       0      0   2.10 ns  █ 1
         FTM                    0       0      0   2.20 ns  █ 1
         light proxy            0       0      0    310 ns  █████████ 150
         STA→STA                1       0      0   11.8 µs  ████████████████ 5,600
         MTA→STA                2       0      0   9.40 µs  ███████████████ 4,500
         STA→MTA                2       0      0   10.1 µs  ███████████████ 4,800
         medians of a free burst on two cores of some machine
        """)
    let wide = frame(state(Servers.price(measured: true), .price), size: .wide).text
    #expect(wide.contains("█ 5,600 times a direct call"))
    #expect(wide.contains("█ like a direct call"))
    let narrow = frame(
      state(Servers.price(measured: true), .price), size: Size(width: 66, height: 24))
    #expect(narrow.text.contains("STA→STA: 1 hand-off, 0 packets, 11.8 µs, 5,600 times a dir"))
  }

  /// Their logarithms are all but 0, and a bar's length would be 0 by 0.
  @Test func pricesThatAreAllAlikeHaveShortBars() {
    let alike = Servers.price(measured: true, ways: [("direct", 1_000_000), ("FTM", 1_000_001)])
    let canvas = frame(state(alike, .price), size: .standard)
    #expect(canvas.text.contains("1.00 µs  █"))
  }

  @Test func withoutMeasurementsTheHintStands() {
    let canvas = frame(state(Servers.price(measured: false), .price), size: .standard)
    #expect(
      canvas.rowText(14).hasPrefix(" STA→MTA                2       0      0         ·    NEW"))
    #expect(canvas.rowText(15) == " Press a for a free burst.")
    #expect(!canvas.text.contains("times"))
  }
}
