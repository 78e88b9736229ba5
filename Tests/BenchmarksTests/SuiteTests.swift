import Benchmarks
import Foundation
import Testing

/// That everything is measured, and told in the form that scripts rely on. What it costs is no test.
@Suite struct Benches {
  private let rows = Suite(rounds: 1, calls: 20, events: 2000).run()

  @Test("every cost has a row, and calls stand beside the raw hand-off")
  func rowsAreThere() {
    let ids = rows.map(\.id)
    for id in [
      "futex-round-trip", "sta-to-sta-call", "mta-to-sta-call", "sta-to-mta-call", "direct-call",
      "direct-call-told", "marshal", "unmarshal", "event-told", "event-folded", "history-seek",
      "frame", "activation", "activation-host-sta", "free-threaded-call", "light-proxy-call",
      "global-table-get",
    ] {
      #expect(ids.contains(id))
    }
    #expect(Set(ids).count == ids.count)
    for row in rows {
      #expect(row.min > 0 && row.min <= row.median && row.median <= row.max, "\(row.id)")
      #expect((row.ratio == nil) == (row.ratioTo == nil))
    }
    for id in ["sta-to-sta-call", "activation", "activation-host-sta", "global-table-get"] {
      #expect(rows.first { $0.id == id }?.ratioTo == "futex-round-trip")
    }
  }

  @Test("the JSON has the form that scripts rely on")
  func jsonIsJSON() throws {
    struct Document: Decodable {
      struct Row: Decodable {
        let id: String
        let unit: String
        let min: Double
        let median: Double
        let max: Double
        let ratioTo: String?
        let ratio: Double?
      }
      let rows: [Row]
    }
    let document = try JSONDecoder().decode(Document.self, from: Data(Report.json(rows).utf8))
    #expect(document.rows.map(\.id) == rows.map(\.id))
    #expect(document.rows.allSatisfy { $0.unit == "ns" })
  }

  @Test("the table has a line a row, with the ratio in words")
  func tableIsATable() {
    let lines = Report.table(rows).split(separator: "\n")
    #expect(lines.count == rows.count + 1)
    #expect(
      lines.contains { $0.hasPrefix("sta-to-sta-call ") && $0.contains("× futex-round-trip") })
  }
}
