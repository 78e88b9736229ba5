import ApartmentRuntime
import ThreadKernel

/// What a child process has to know to be a process of a scenario: a text, a line for each thing.
public struct Embedding: Sendable {
  /// The argument that makes this program a child process: what the SCM appends to the command line of
  /// every server (SCM-02).
  public static let argument = "-Embedding"

  let scenario: String
  let knobs: [KnobSetting]
  let program: String
  let start: ComProcess.Start

  init(scenario: String, knobs: [KnobSetting], program: String, start: ComProcess.Start) {
    self.scenario = scenario
    self.knobs = knobs
    self.program = program
    self.start = start
  }

  var bytes: [UInt8] {
    let lines = [scenario, program, start.name, start.commandLine]
    return Array((lines + knobs.map { "\($0.knob)=\($0.value)" }).joined(separator: "\n").utf8)
  }

  /// - Returns: nil for bytes that are none.
  init?(_ bytes: [UInt8]) {
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 4, let known = Catalog.scenario(lines[0]) else { return nil }
    let knobs = lines.dropFirst(4).compactMap { line in
      line.firstIndex(of: "=").map {
        KnobSetting(String(line[..<$0]), String(line[line.index(after: $0)...]))
      }
    }
    guard let values = try? KnobValues(of: known.knobs, knobs) else { return nil }
    self.init(
      scenario: lines[0], knobs: knobs, program: lines[1],
      start: ComProcess.Start(
        name: lines[2], commandLine: lines[3], settings: known.settings(values)))
  }

  /// Has this operating-system process be what its parent started it for. It comes back only where
  /// that is no process of a scenario.
  public static func run(_ child: ChildProcess) {
    guard let embedding = Embedding(child.start),
      let scenario = Catalog.scenario(embedding.scenario),
      let knobs = try? KnobValues(of: scenario.knobs, embedding.knobs)
    else { return }
    let process = ComProcess(
      of: child.process, embedding.start, in: child.kernel,
      registry: scenario.makeRegistry(knobs))
    child.run { process.run(program: embedding.program) }
  }
}
