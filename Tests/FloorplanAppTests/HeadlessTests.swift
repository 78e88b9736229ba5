import Glibc
import Scenarios
import TerminalUI
import Testing
import ThreadKernel
import Trace

@testable import FloorplanApp

@Suite struct HeadlessTests {
  private static func run(
    _ request: RunRequest, _ form: Headless.Form, recordingTo path: String? = nil
  ) throws -> (bytes: [UInt8], outcome: Headless.Outcome) {
    var bytes: [UInt8] = []
    let outcome = try Headless(request, form) { bytes += $0 }.run(recordingTo: path)
    return (bytes, outcome)
  }

  @Test func everyScenarioIsAsExpected() throws {
    for scenario in Catalog.all {
      for knobs in TextTests.settings(of: scenario) {
        let (bytes, outcome) = try Self.run(RunRequest(scenario, knobs: knobs), .log)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(outcome.isAsExpected, "\(scenario.id) \(knobs.settings): \(text)")
        #expect(outcome.complaint == nil)
        #expect(text.contains("expected."))
      }
    }
  }

  @Test func anotherOrderIsNotSaidToHaveShownTheLesson() throws {
    let nobody = [KnobSetting("check", "nobody")]
    let lesson = try Program.request("straight", nobody)
    let (shown, _) = try Self.run(lesson, .log)
    #expect(!String(decoding: shown, as: UTF8.self).contains("did not come about"))
    let other = try Program.request("straight", nobody, schedule: .lesson([]))
    let (bytes, outcome) = try Self.run(other, .log)
    let text = String(decoding: bytes, as: UTF8.self).replacing("\n", with: " ")
    #expect(text.contains("did not come about"))
    #expect(outcome.isAsExpected, "what always holds still does")
  }

  @Test func everySeedGivesASoundRecording() throws {
    for scenario in Catalog.all {
      for seed in 1...5 as ClosedRange<UInt64> {
        let request = try Program.request(scenario.id, schedule: .random(seed: seed))
        let (bytes, outcome) = try Self.run(request, .json)
        #expect(RecordingCheck.check(bytes).outcome == .sound, "\(scenario.id) \(seed)")
        #expect(outcome.isAsExpected, "\(scenario.id) \(seed)")
      }
    }
  }

  @Test func aRecordedScheduleGivesTheSameRun() throws {
    let path = "/tmp/floorplan-\(getpid())-schedule"
    defer { unlink(path) }
    for scenario in Catalog.all {
      let (first, _) = try Self.run(
        try Program.request(scenario.id, schedule: .random(seed: 7)), .json, recordingTo: path)
      #expect(try FileBytes.read(path) == first)
      let again = try RunRequest(
        id: scenario.id, settings: [], schedule: "@\(path)", actions: [])
      let (second, _) = try Self.run(again, .json)
      // All lines but the header, which says how the choices came about.
      #expect(first.split(separator: 0x0A).dropFirst() == second.split(separator: 0x0A).dropFirst())
    }
  }

  @Test func aRecordingIsWrittenBesideAndRenamed() throws {
    let path = "/tmp/floorplan-\(getpid())-beside"
    defer { unlink(path) }
    let request = try Program.request("right-way")
    let run = request.makeRun(isHeadless: true)
    let file = try RecordingFile(path, header: request.header(of: run))
    #expect(access(path, F_OK) != 0)
    #expect(access(path + ".part", F_OK) == 0)
    try file.finish()
    #expect(access(path, F_OK) == 0)
    #expect(access(path + ".part", F_OK) != 0)
    run.abandon()
  }

  @Test func aRunThatWasFreeIsNoSchedule() throws {
    let path = "/tmp/floorplan-\(getpid())-free"
    defer { unlink(path) }
    let program = Program(
      .scenario(try Program.request("right-way"), recordingPath: path))
    program.press("++++")
    program.press("qq")
    #expect(program.session == nil)
    #expect(RecordingCheck.check(try FileBytes.read(path)).outcome == .sound)
    #expect(try Recording(path: path).header.clock == .real)
    #expect {
      try RunRequest(id: "right-way", settings: [], schedule: "@\(path)", actions: [])
    } throws: { error in
      (error as? BadInput)?.kind == .data && "\(error)".contains("free")
    }
  }

  @Test func anInteractiveRunIsRecordedWhole() throws {
    let path = "/tmp/floorplan-\(getpid())-interactive"
    defer { unlink(path) }
    let program = Program(
      .scenario(try Program.request("right-way"), recordingPath: path))
    program.press(.space, times: 3)
    program.press("q")
    #expect(program.session != nil, "it asks once")
    program.press("q")
    #expect(program.session == nil)
    let recording = try Recording(path: path)
    #expect(!recording.isCutShort)
    #expect(recording.header.clock == .virtual)
    #expect(recording.header.size == .init(columns: 80, rows: 24))
    #expect(RecordingCheck.check(try FileBytes.read(path)).outcome == .sound)
  }
}

@Suite struct RecordingFileTests {
  @Test func aRecordingIsKeptWhateverFollowsItsRun() throws {
    let path = "/tmp/floorplan-\(getpid())-kept"
    for key in [Key.space, .character("R"), .character("1")] {
      defer { unlink(path) }
      let program = Program(
        .scenario(try Program.request("right-way"), recordingPath: path))
      program.playToCard()
      #expect(access(path, F_OK) == 0, "a run that is over has its recording whole")
      program.press(key)
      #expect(program.message.contains("not recorded"))
      #expect(RecordingCheck.check(try FileBytes.read(path)).outcome == .sound)
      #expect(access(path + ".part", F_OK) != 0)
    }
  }

  @Test func aRestartKeepsWhatWasRecorded() throws {
    let path = "/tmp/floorplan-\(getpid())-restart"
    defer { unlink(path) }
    let program = Program(
      .scenario(try Program.request("right-way"), recordingPath: path))
    program.press(.space, .space)
    program.press("R")
    #expect(program.message.contains(path))
    #expect(try !Recording(path: path).isCutShort)
  }

  @Test(arguments: ["/tmp", "/nowhere/x", "/dev/null"])
  func aPathThatCannotBeWrittenIsFoundBeforeTheStart(path: String) throws {
    #expect { try RecordingFile.check(path) } throws: { ($0 as? BadInput)?.kind == .data }
    let request = try Program.request("right-way")
    var isTold = false
    #expect(throws: BadInput.self) {
      try Headless(request, .log) { _ in isTold = true }.run(recordingTo: path)
    }
    #expect(!isTold)
  }

  @Test func theCheckLeavesNothing() throws {
    let path = "/tmp/floorplan-\(getpid())-check"
    try RecordingFile.check(path)
    #expect(access(path, F_OK) != 0)
    #expect(access(path + ".part", F_OK) != 0)
  }
}

@Suite struct NearestTests {
  @Test(arguments: [
    ("rightway", "right-way"), ("rihgt-way", "right-way"), ("RIGHT-WAY", "right-way"),
    ("manged", "managed"),
  ])
  func theNearestNameIsFound(given: String, meant: String) {
    let known = ["straight", "right-way", "managed", "no-pump"]
    #expect(Nearest.names(to: given, among: known).first == meant)
  }

  @Test func whereNoneIsNearAllAreNamed() {
    #expect(Nearest.sentence(to: "zzzzzz", among: ["one", "two"]).contains("\"one\" and \"two\""))
    #expect(Nearest.sentence(to: "zzzzzz", among: []) == "there are none")
  }

  @Test func distances() {
    #expect(Nearest.distance("", "abc") == 3)
    #expect(Nearest.distance("abc", "abc") == 0)
    #expect(Nearest.distance("abc", "acb") == 1)
    #expect(Nearest.distance("kitten", "sitting") == 3)
  }
}
