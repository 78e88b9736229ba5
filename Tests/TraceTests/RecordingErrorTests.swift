import Testing

@testable import Trace

@Suite struct RecordingErrorTests {
  static let head =
    #"{"floorplan":1,"scenario":"x","knobs":{},"strategy":"rr","clock":"virtual","sources":[]}"#

  static func error(_ lines: String...) -> RecordingError? {
    do {
      _ = try Recording(RecordingTests.lines(lines))
      return nil
    } catch {
      return error
    }
  }

  @Test func eachFaultHasItsKindAndLine() {
    let cases: [(RecordingError?, RecordingError.Kind, Int)] = [
      (Self.error("hello"), .notARecording, 1),
      (Self.error("{}"), .notARecording, 1),
      (Self.error(#"{"floorplan":2}"#), .otherVersion, 1),
      (Self.error(#"{"floorplan":1}"#), .damagedLine, 1),
      (Self.error(Self.head, ""), .damagedLine, 2),
      (Self.error(Self.head, "{"), .damagedLine, 2),
      (Self.error(Self.head, #"{"n":0,"t":0}"#), .damagedLine, 2),
      (Self.error(Self.head, #"{"n":0,"t":0,"k":"ready"}"#), .damagedLine, 2),
      (Self.error(Self.head, #"{"n":0,"t":0,"k":"marked","name":"untold"}"#), .damagedLine, 2),
      (Self.error(Self.head, #"{"n":1,"t":0,"k":"finish"}"#), .outOfOrder, 2),
      (
        Self.error(Self.head, #"{"n":0,"t":0,"k":"finish"}"#, #"{"n":0,"t":0,"k":"finish"}"#),
        .outOfOrder, 3
      ),
      (Self.error(Self.head, #"{"end":1}"#), .outOfOrder, 2),
      (Self.error(Self.head, #"{"end":0}"#, #"{"end":0}"#), .outOfOrder, 3),
      (Self.error(Self.head, Self.head), .damagedLine, 2),
    ]
    for (index, (error, kind, line)) in cases.enumerated() {
      #expect(error?.kind == kind, "case \(index): \(String(describing: error))")
      #expect(error?.line == line, "case \(index): \(String(describing: error))")
    }
    #expect(
      cases[9].0?.sentence == "line 2 is out of order: found event 1; expected event 0")
  }

  @Test func hostileValuesAreRefusedOrKeptAndNeverTrap() {
    let deep = String(repeating: "[", count: 100_000)
    let refused = [
      #"{"n":18446744073709551616,"t":0,"k":"finish"}"#, #"{"n":-0,"t":0,"k":"finish"}"#,
      #"{"n":0.0,"t":0,"k":"finish"}"#, #"{"n":0,"t":1e3,"k":"finish"}"#,
      #"{"n":0,"t":0,"k":"text","id":1,"text":"\ud800"}"#,
      #"{"n":0,"t":0,"k":"text","id":1,"text":"\ude00\ud83d"}"#,
      #"{"n":0,"t":0,"k":"text","id":1,"text":"\u12"}"#,
      #"{"n":0,"t":0,"k":"text","id":1,"text":"\"}"#,
      #"{"n":0,"t":0,"k":"text","id":4294967296,"text":""}"#,
      #"{"n":0,"t":0,"k":"bytes","id":1,"hex":"0"}"#,
      #"{"n":0,"t":0,"k":"bytes","id":1,"hex":"0g"}"#,
      #"{"n":0,"t":0,"k":"choice","runnable":[64],"point":"lock"}"#,
      #"{"n":0,"t":0,"k":"choice","runnable":[1],"point":"luck"}"#,
      #"{"n":0,"t":0,"k":"deadlock","ring":true,"threads":["1.1.1"]}"#,
      #"{"n":0,"t":0,"k":"waits","wait":["reply",1]}"#, #"{"n":0,"t":0,"k":"waits","wait":[]}"#,
      #"{"n":0,"t":0,"th":65536,"k":"finish"}"#, #"{"n":0,"t":0,"at":"x","k":"finish"}"#,
      "{\"n\":0,\"t\":0,\"k\":\"text\",\"id\":1,\"text\":\"\u{0}\"}",
      "\u{0}", "{\"x\":" + deep, "[]", "7", "\"x\"", "null", #"{"n":0,"t":0,"k":"finish"} x"#,
      #"{"n":0,"t":0,"k":"text","id":1,"text":"\#(String(repeating: "a", count: 65))"}"#,
    ]
    for line in refused {
      let kind = Self.error(Self.head, line)?.kind
      #expect(kind == .damagedLine || kind == .outOfOrder, "\(line.prefix(60))")
    }
    #expect(
      Self.error(Self.head, #"{"n":0,"t":0,"k":"new","x":"\ud800","y":1e999}"#, #"{"end":1}"#)
        == nil)
  }

  @Test func bytesThatAreNotUTF8AreDamage() {
    let bytes = Array((Self.head + "\n{\"n\":0,\"t\":0,\"k\":\"x\",\"y\":\"").utf8) + [0xFF]
    #expect { try Recording(bytes + Array("\"}\n".utf8)) } throws: {
      ($0 as? RecordingError)?.kind == .damagedLine
    }
  }

  /// Half of them of every kind of event, half of a sound run, which is folded further.
  @Test func tenThousandMutationsNeverTrap() {
    let seeds = [
      RecordingTests.written(sampleEvents()), RecordingTests.written(Story.whole().events),
    ]
    var dice = Dice(seed: 2)
    var readable = 0
    for round in 0..<10_000 {
      var bytes = seeds[round % 2]
      for _ in 0..<Int.random(in: 1...3, using: &dice) { mutate(&bytes, &dice) }
      if round < 1_000 { _ = RecordingCheck.check(bytes) }
      guard let recording = try? Recording(bytes) else { continue }
      readable += 1
      var world = World()
      for event in recording.events { world.apply(event) }
      if round < 1_000 {
        _ = world.violations
        _ = world.findings()
      }
      guard round < 2_000 else { continue }
      #expect((try? Recording(recording.bytes())) == recording)
    }
    #expect(readable > 100 && readable < 9_900)
  }

  private func mutate(_ bytes: inout [UInt8], _ dice: inout Dice) {
    guard bytes.count > 8 else { return }
    let at = Int.random(in: 0..<bytes.count, using: &dice)
    switch Int.random(in: 0..<7, using: &dice) {
    case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
    case 1: bytes.remove(at: at)
    case 2: bytes.insert(UInt8.random(in: 0...255, using: &dice), at: at)
    case 3: swapLines(&bytes, &dice, isCopy: true)
    case 4: swapLines(&bytes, &dice, isCopy: false)
    case 5: bytes.removeSubrange(at..<min(bytes.count, at + 40))
    default:
      let from = Int.random(in: 0..<bytes.count, using: &dice)
      bytes.insert(contentsOf: bytes[from..<min(bytes.count, from + 30)], at: at)
    }
  }

  private func swapLines(_ bytes: inout [UInt8], _ dice: inout Dice, isCopy: Bool) {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    let one = Int.random(in: 0..<lines.count, using: &dice)
    let other = Int.random(in: 0..<lines.count, using: &dice)
    if isCopy { lines[one] = lines[other] } else { lines.swapAt(one, other) }
    bytes = Array(lines.joined(separator: [0x0A]))
  }
}
