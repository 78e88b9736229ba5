import Foundation
import Scenarios
import Testing
import ThreadKernel
import Trace

/// The sources that the program carries for its source pane.
@Suite struct SourceTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/Scenarios")

  private static func file(_ name: String) -> URL? {
    ["GetService", "InProcessServers", "LocalServers"].map {
      folder.appending(path: $0).appending(path: name)
    }
    .first { FileManager.default.fileExists(atPath: $0.path) }
  }

  @Test(arguments: Catalog.all.flatMap(\.files)) func areCurrent(_ file: String) throws {
    let text = try String(contentsOf: #require(Self.file(file)), encoding: .utf8)
    let embedded = try #require(LessonSources.text(of: file))
    let isCurrent = embedded + "\n" == text
    #expect(isCurrent, "run .ci/embed-sources")
  }

  /// Wherever a thread is seen, its line can be shown.
  @Test(arguments: Trial.all) func holdEveryLineThatIsTold(_ trial: Trial) {
    let run = trial.run()
    var files: Set<String> = []
    _ = run.settle { event in
      guard event.line > 0 else { return }
      files.insert(String(run.world[event.file].split(separator: "/").last ?? ""))
    }
    run.abandon()
    #expect(files.subtracting(trial.scenario.files) == [])
  }
}
