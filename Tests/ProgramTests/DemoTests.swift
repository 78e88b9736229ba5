import Foundation
import Scenarios
import TerminalHarness
import Testing

/// The recordings that come with the program.
@Suite struct Demos {
  private let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Demos")

  @Test("every scenario has a recording, and making it again gives the same bytes")
  func areCurrent() throws {
    for scenario in Catalog.all {
      let kept = try Data(contentsOf: folder.appending(path: "\(scenario.id).jsonl"))
      let made = FileManager.default.temporaryDirectory
        .appending(path: "floorplan-\(UUID().uuidString).jsonl")
      defer { try? FileManager.default.removeItem(at: made) }
      let run = try CommandRun(
        BuildProducts.path(of: "floorplan"),
        ["run", scenario.id, "--headless", "--record", made.path])
      #expect(run.ending == .exited(code: 0), "\(scenario.id): \(run.standardError)")
      let isSame = try Data(contentsOf: made) == kept
      #expect(isSame, "\(scenario.id) has changed: .ci/make-demos makes the recordings again")
    }
  }

  @Test("no recording is of a scenario that is no more")
  func areOfScenarios() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == Catalog.all.map { "\($0.id).jsonl" }.sorted())
  }

  @Test("every recording is sound")
  func areSound() throws {
    for scenario in Catalog.all {
      let run = try CommandRun(
        BuildProducts.path(of: "floorplan"),
        ["check", folder.appending(path: "\(scenario.id).jsonl").path])
      #expect(run.ending == .exited(code: 0), "\(scenario.id): \(run.standardError)")
    }
  }
}
