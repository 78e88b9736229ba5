import Glibc
import TerminalHarness
import Testing

/// The program as scripts see it: arguments in, bytes and an exit code out.
@Suite struct CommandLineTests {
  static let program = BuildProducts.path(of: "floorplan")

  static func run(_ arguments: [String], standardInput: String = "/dev/null") throws -> CommandRun {
    try CommandRun(program, arguments, standardInput: standardInput)
  }

  /// The ids that `list` names.
  static func scenarios() throws -> [String] {
    let list = try run(["list", "--json"]).standardOutput
    return list.split(separator: "\"id\":\"").dropFirst().compactMap { piece in
      piece.contains("\"document\"") ? piece.split(separator: "\"").first.map(String.init) : nil
    }
  }

  /// A path that no other test uses, gone at the end.
  static func withPath<Result>(_ name: String, _ body: (String) throws -> Result) throws -> Result {
    let path = "/tmp/floorplan-\(getpid())-\(name)"
    defer { unlink(path) }
    return try body(path)
  }

  @Test(arguments: [
    (["run", "rightway", "--headless"], "no scenario \"rightway\"; did you mean \"right-way\""),
    (["run"], "id"),
    (["runn"], "did you mean \"run\""),
    (["run", "right-way", "--hedless"], "--headless"),
    (["run", "right-way", "--headless", "--set", "detch=done"], "did you mean \"detach\""),
    (["run", "right-way", "--headless", "--set", "proceses=real"], "did you mean \"processes\""),
    (["run", "right-way", "--headless", "--set", "detach=dun"], "did you mean \"done\""),
    (["run", "right-way", "--headless", "--set", "detach"], "KNOB=VALUE"),
    (["run", "right-way", "--headless", "--schedule", "r"], "did you mean \"rr\""),
    (["run", "right-way", "--headless", "--schedule", "random:x"], "\"x\" is no whole number"),
    (["run", "right-way", "--headless", "--schedule", "nowhere<never"], "\"nowhere\""),
    (["run", "right-way", "--headless", "--seed", "x"], "--seed"),
    (["run", "right-way", "--headless", "--seed", "1", "--schedule", "rr"], "one of them"),
    (["run", "right-way", "--headless", "--do", "query@3"], "did you mean \"query-again\""),
    (["run", "right-way", "--headless", "--do", "query-again"], "ACTION@POINT"),
    (["run", "right-way", "--json"], "--headless"),
    (["check"], "file"),
    (["--presnet"], "--present"),
  ])
  func badArgumentsGetOneLineAnd64(arguments: [String], said: String) throws {
    let run = try Self.run(arguments)
    #expect(run.ending == .exited(code: 64))
    #expect(run.standardOutput == "")
    #expect(run.standardError.hasSuffix("\n"))
    #expect(run.standardError.split(separator: "\n").count == 1)
    #expect(run.standardError.contains(said), "\(run.standardError)")
  }

  @Test(arguments: [
    ("[HKEY_CLASSES_ROOT\\CLSID\\{zz}]", 3, "no GUID"),
    (
      "[HKEY_CLASSES_ROOT\\CLSID\\{A1F00011-0000-4000-8000-F100F1A00001}\\InprocServer32]\n"
        + "@=\"counter.dll\"\n\"ThreadingModel\"=\"Purple\"", 5, "\"Purple\""
    ),
    (
      "[HKEY_CLASSES_ROOT\\CLSID\\{A1F00011-0000-4000-8000-F100F1A00001}]\n"
        + "[HKEY_CLASSES_ROOT\\CLSID\\{A1F00011-0000-4000-8000-F100F1A00001}]", 4, "twice"
    ),
  ])
  func badRegistriesGetOneLineAnd65(keys: String, line: Int, said: String) throws {
    try Self.withPath("bad-\(line).reg") { path in
      try Self.write("Windows Registry Editor Version 5.00\n\n\(keys)\n", to: path)
      let run = try Self.run(["run", "host-sta", "--headless", "--registry", path])
      #expect(run.ending == .exited(code: 65))
      #expect(run.standardOutput == "")
      #expect(run.standardError.split(separator: "\n").count == 1)
      #expect(run.standardError.contains("\(path):\(line): "), "\(run.standardError)")
      #expect(run.standardError.contains(said), "\(run.standardError)")
    }
  }

  /// The class Counter as the person has it: the lesson's own says Apartment.
  @Test func aRegistryOfOnesOwnDecides() throws {
    try Self.withPath("own.reg") { path in
      try Self.write(
        """
        Windows Registry Editor Version 5.00

        [HKEY_CLASSES_ROOT\\CLSID\\{A1F00011-0000-4000-8000-F100F1A00001}]
        @="Counter"
        [HKEY_CLASSES_ROOT\\CLSID\\{A1F00011-0000-4000-8000-F100F1A00001}\\InprocServer32]
        @="counter.dll"
        "ThreadingModel"="Both"
        """, to: path)
      let own = try Self.run(["run", "host-sta", "--headless", "--json", "--registry", path])
      let usual = try Self.run(["run", "host-sta", "--headless", "--json"])
      #expect(own.ending == .exited(code: 0))
      let log = try Self.run(["run", "host-sta", "--headless", "--registry", path])
      #expect(log.standardOutput.contains("ThreadingModel Both"))
      #expect(!log.standardOutput.contains("is Apartment"))
      #expect(usual.standardOutput.contains("\"name\":\"host\""))
      #expect(!own.standardOutput.contains("\"name\":\"host\""))
    }
  }

  @Test(arguments: ["check", "play"])
  func badRecordingsGetOneLineAnd65(command: String) throws {
    let header =
      "{\"floorplan\":1,\"scenario\":\"right-way\",\"knobs\":{},\"strategy\":\"rr\","
      + "\"clock\":\"virtual\",\"sources\":[]}\n"
    let cases = [
      ("", "empty"), ("hello\n", "line 1"),
      (header.replacing("\"floorplan\":1", with: "\"floorplan\":9"), "version 9"),
      (header + "{\"n\":0,\"t\":0,\"k\":\n", "line 2"),
      (header + "{\"n\":5,\"t\":0,\"k\":\"atRest\"}\n", "line 2"),
      (header + "{\"end\":3}\n", "line 2"),
    ]
    for (content, said) in cases {
      try Self.withPath("bad-\(command)") { path in
        try Self.write(content, to: path)
        let run = try Self.run([command, path])
        #expect(run.ending == .exited(code: 65), "\(content): \(run.standardError)")
        #expect(run.standardError.split(separator: "\n").count == 1)
        #expect(run.standardError.contains(said), "\(run.standardError)")
        #expect(run.standardError.contains(path))
      }
    }
    let missing = try Self.run([command, "/nowhere/at-all"])
    #expect(missing.ending == .exited(code: 65))
    #expect(missing.standardError.contains("/nowhere/at-all"))
  }

  static func write(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
  }

  @Test func everyScenarioRunsHeadlessAndItsEventsAreSound() throws {
    let ids = try Self.scenarios()
    #expect(ids.contains("right-way"))
    for id in ids {
      let log = try Self.run(["run", id, "--headless"])
      #expect(log.ending == .exited(code: 0), "\(id): \(log.standardOutput)")
      #expect(log.standardOutput.contains("\n  1  "))
      #expect(log.standardOutput.contains("expected."))
      try Self.withPath("json") { path in
        let json = try Self.run(["run", id, "--headless", "--json"])
        #expect(json.ending == .exited(code: 0), "\(id)")
        try Self.write(json.standardOutput, to: path)
        let check = try Self.run(["check", path])
        #expect(check.ending == .exited(code: 0), "\(id): \(check.standardError)")
        let piped = try Self.run(["check", "-"], standardInput: path)
        #expect(piped.ending == .exited(code: 0), "\(id): \(piped.standardError)")
      }
    }
  }

  @Test func theSameRunInTwoProcessesGivesTheSameBytes() throws {
    for id in try Self.scenarios() {
      for seed in 1...20 {
        let arguments = ["run", id, "--headless", "--json", "--seed", "\(seed)"]
        let first = try Self.run(arguments)
        let second = try Self.run(arguments)
        #expect(!first.standardOutput.isEmpty)
        #expect(first.standardOutput == second.standardOutput, "\(id) \(seed)")
        #expect(first.ending == second.ending)
      }
    }
  }

  @Test func aRunWithActionsIsRepeatedFromItsRecording() throws {
    try Self.withPath("first") { first in
      try Self.withPath("second") { second in
        let actions = ["--do", "query-again@40", "--do", "query-again@60"]
        _ = try Self.run(["run", "query-again", "--headless", "--record", first] + actions)
        _ = try Self.run(
          ["run", "query-again", "--headless", "--schedule", "@" + first, "--record", second])
        let told = try [first, second].map { path in
          try Self.run(["check", path]).standardOutput.split(separator: ":").dropFirst()
        }
        #expect(!told[0].isEmpty)
        #expect(told[0] == told[1])
      }
    }
  }

  @Test func whatIsRecordedIsWhatIsTold() throws {
    try Self.withPath("record") { path in
      let run = try Self.run(
        ["run", "right-way", "--headless", "--json", "--schedule", "rr", "--record", path])
      #expect(run.ending == .exited(code: 0))
      let check = try Self.run(["check", path])
      #expect(check.standardOutput.contains("right-way"))
      let again = try Self.run([
        "run", "right-way", "--headless", "--json", "--schedule", "@" + path,
      ])
      #expect(
        run.standardOutput.split(separator: "\n").dropFirst()
          == again.standardOutput.split(separator: "\n").dropFirst())
    }
  }

  @Test func aRecordingOfAScenarioOfTomorrowIsSoundAndSaidToBeUnknown() throws {
    try Self.withPath("tomorrow") { path in
      let run = try Self.run(["run", "right-way", "--headless", "--json"])
      let text = run.standardOutput.replacing(
        "\"scenario\":\"right-way\"", with: "\"scenario\":\"of-tomorrow\"")
      try Self.write(text, to: path)
      let check = try Self.run(["check", path])
      #expect(check.ending == .exited(code: 0))
      #expect(check.standardOutput.contains("sound: of-tomorrow (no scenario of this version"))
    }
  }

  @Test func aScheduleOfAnotherScenarioIsRefused() throws {
    guard let other = try Self.scenarios().first(where: { $0 != "right-way" }) else { return }
    try Self.withPath("other") { path in
      _ = try Self.run(["run", other, "--headless", "--record", path])
      let run = try Self.run(["run", "right-way", "--headless", "--schedule", "@" + path])
      #expect(run.ending == .exited(code: 65))
      #expect(run.standardError.contains(other))
    }
  }

  @Test func aFailureThatIsMeantIsAsExpected() throws {
    let run = try Self.run(["run", "right-way", "--headless", "--set", "detach=forgotten"])
    #expect(run.ending == .exited(code: 0))
    #expect(run.standardOutput.contains("A failure on the way, as expected."))
  }

  @Test func withoutATerminalTheInteractiveProgramSaysHeadless() throws {
    for arguments in [[], ["run", "right-way"]] {
      let run = try Self.run(arguments)
      #expect(run.ending == .exited(code: 69))
      #expect(run.standardError.contains("--headless"))
      #expect(run.standardError.split(separator: "\n").count == 1)
    }
  }

  @Test func helpIsNoError() throws {
    for arguments in [["--help"], ["run", "--help"], ["help", "check"]] {
      let run = try Self.run(arguments)
      #expect(run.ending == .exited(code: 0))
      #expect(run.standardOutput.contains("USAGE"))
      #expect(run.standardError == "")
    }
  }

  @Test func listIsAnArrayWithTheFieldsOfTheContract() throws {
    let json = try Self.run(["list", "--json"]).standardOutput
    for field in [
      "id", "key", "title", "document", "facts", "actions", "knobs", "values", "default",
    ] {
      #expect(json.contains("\"\(field)\":"))
    }
    #expect(json.hasPrefix("[{") && json.hasSuffix("}]\n"))
    #expect(json.contains("{\"id\":\"processes\",\"values\":[\"inside\",\"real\"]"))
    let list = try Self.run(["list"])
    #expect(list.standardOutput.contains("right-way"))
  }
}
