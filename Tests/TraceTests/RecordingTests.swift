import Testing

@testable import Trace

@Suite struct RecordingTests {
  static let header = RecordingHeader(
    scenario: "right-way", knobs: [.init(id: "b", value: "on"), .init(id: "a", value: "\"\n")],
    strategy: "random:7", seed: 7, clock: .virtual, size: .init(columns: 80, rows: 24),
    sources: [.init(file: "A.swift", text: "let a = \"é\"\n\tb\\\n"), .init(file: "B", text: "")])

  static func written(_ events: [Event], header: RecordingHeader = Self.header) -> [UInt8] {
    var writer = RecordingWriter()
    writer.write(header)
    for event in events { writer.write(event) }
    writer.writeEnd()
    return writer.takeBytes()
  }

  static func lines(_ text: [String]) -> [UInt8] {
    Array((text.joined(separator: "\n") + "\n").utf8)
  }

  @Test func anEventFitsTwoCacheLines() {
    #expect(MemoryLayout<Event>.stride <= 128)
  }

  @Test func everyKindComesBackAsItWas() throws {
    let events = sampleEvents()
    let recording = try Recording(Self.written(events))
    #expect(recording.header == Self.header)
    #expect(!recording.isCutShort)
    #expect(recording.events.count == events.count)
    for (read, told) in zip(recording.events, events) { #expect(read == told) }
  }

  @Test func everySampleIsWrittenUnderItsOwnWord() {
    for event in sampleEvents() {
      var writer = RecordingWriter()
      writer.write(event)
      let line = String(decoding: writer.takeBytes(), as: UTF8.self)
      let word = String(describing: event.kind).prefix { $0 != "(" }
      #expect(line.contains("\"k\":\"\(word)\""), "\(line)")
    }
  }

  @Test func writingWhatWasReadGivesTheSameBytes() throws {
    let bytes = Self.written(sampleEvents())
    #expect(try Recording(bytes).bytes() == bytes)
  }

  @Test func aNameIsWrittenAsItsText() {
    let events = [
      Event(n: 0, .text(Name(9), Chunk("Package.m_pSPStream".utf8, isContinued: false))),
      Event(
        n: 1, thread: ThreadID(process: 1, number: 2), file: Name(9), line: 41,
        .referenceMoved(ReferenceID(3), to: .named(Name(9)))),
    ]
    var writer = RecordingWriter()
    for event in events { writer.write(event) }
    let lines = String(decoding: writer.takeBytes(), as: UTF8.self).split(separator: "\n")
    #expect(
      lines[1]
        == #"{"n":1,"t":0,"p":1,"th":2,"at":"Package.m_pSPStream:41","k":"referenceMoved","#
        + #""reference":3,"holder":"Package.m_pSPStream"}"#)
  }

  @Test func unknownKindsAndFieldsAreKept() throws {
    let bytes = Self.lines([
      #"{"floorplan":1,"scenario":"x","future":[1,{"a":null}],"knobs":{},"strategy":"rr","#
        + #""clock":"real","sources":[]}"#,
      #"{"n":0,"t":0,"k":"text","id":1,"text":"m","colour":"blue"}"#,
      #"{"n":1,"t":0,"th":3,"k":"teleported","to":{"x":[1.5e3,"\ud83d\ude00"]}}"#,
      #"{"n":2,"t":0,"k":"marked","name":"m","k2":1}"#,
      #"{"end":3}"#,
    ])
    let recording = try Recording(bytes)
    #expect(
      recording.events.map(\.kind) == [
        .text(Name(1), Chunk("m".utf8, isContinued: false)), .foreign, .marked(Name(1)),
      ])
    #expect(recording.events[1].thread.number == 3)
    let again = String(decoding: recording.bytes(), as: UTF8.self).split(separator: "\n")
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    #expect(again[1...] == lines[1...])
    #expect(again[0].contains(#""future":[1,{"a":null}]"#))
    #expect(try Recording(recording.bytes()).bytes() == recording.bytes())
  }

  @Test func fieldsMayStandInAnyOrder() throws {
    let bytes = Self.lines([
      #"{"sources":[],"clock":"virtual","strategy":"rr","knobs":{},"scenario":"x","floorplan":1}"#,
      #"{"call":4,"k":"callSent","apartment":2,"t":5,"n":0}"#, #"{"end":1}"#,
    ])
    let event = try #require(try Recording(bytes).events.first)
    #expect(event == Event(n: 0, t: 5, .callSent(CallID(4), to: ApartmentID(2))))
  }

  @Test func bytesMayComeInAnyPortions() throws {
    let bytes = Self.written(sampleEvents())
    let whole = try Recording(bytes)
    for size in [1, 2, 7, 100, 4096] {
      var reader = RecordingReader()
      var events: [Event] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        reader.feed(bytes[start..<min(start + size, bytes.count)])
        while let item = try reader.next() {
          if case .event(let event, _) = item { events.append(event) }
        }
      }
      reader.finish()
      #expect(try reader.next() == nil)
      #expect(events == whole.events)
    }
  }

  @Test func cutAnywhereItPlaysToItsLastWholeEvent() throws {
    let bytes = Self.written(Array(sampleEvents().prefix(30)))
    let whole = try Recording(bytes)
    let headerEnd = try #require(bytes.firstIndex(of: 0x0A))
    var previous = 0
    for cut in 0..<bytes.count {
      let piece = bytes[..<cut]
      guard cut >= headerEnd else {
        let kind: RecordingError.Kind = cut == 0 ? .empty : .notARecording
        #expect { try Recording(Array(piece)) } throws: { ($0 as? RecordingError)?.kind == kind }
        continue
      }
      let recording = try Recording(Array(piece))
      #expect(recording.isCutShort == (cut < bytes.count - 1))
      #expect(recording.events == Array(whole.events.prefix(recording.events.count)))
      #expect(recording.events.count >= previous)
      previous = recording.events.count
    }
    #expect(previous == whole.events.count)
  }
}
