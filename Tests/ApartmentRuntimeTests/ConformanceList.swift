import Foundation
import Testing

/// A conformance case with no test, or with a test of a part only, and why.
struct UntestedCase: Sendable {
  enum Reason: String, Sendable {
    case nullPointer = "needs a null pointer, which Swift cannot express"
    case loaderLock = "is about DllMain, which modules do not have here"
    case exceptions = "needs exceptions; a method here throws HRESULTs and nothing else"
    case runningObjects = "needs the running object table"
    case managed = "is about a managed package; a scenario shows it (S8)"
    case partly = "CoGetObjectContext and CoGetContextToken are left out; the others are tested"
  }

  let id: String
  let reason: Reason

  init(_ id: String, _ reason: Reason) {
    self.id = id
    self.reason = reason
  }

  /// The one list of them.
  static let all: [UntestedCase] = [
    UntestedCase("INIT-07", .nullPointer),
    UntestedCase("INIT-08", .nullPointer),
    UntestedCase("INIT-14", .partly),
    UntestedCase("INIT-24", .loaderLock),
    UntestedCase("MSH-27", .nullPointer),
    UntestedCase("UNM-01", .nullPointer),
    UntestedCase("STUB-06", .nullPointer),
    UntestedCase("STUB-20", .runningObjects),
    UntestedCase("RPC-04", .exceptions),
    UntestedCase("VS-12", .managed),
  ]
}

/// Every case of the groups that the runtime has so far is tested, or stands in the list.
@Suite struct ConformanceList {
  /// The groups, and the numbers of their cases in CASES.md.
  static let groups: [(name: String, numbers: [Int])] = [
    ("INIT", [2, 4, 5, 7, 8, 10, 13, 14, 15, 16, 18, 19, 22, 23, 24, 25, 26]),
    ("APT", [1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13]),
    ("MTRX", [1, 2, 3, 5, 7, 9, 10, 11, 14, 15, 16, 17, 18, 19, 21, 24]),
    ("CLS", [1, 2, 4, 6, 9, 10, 12, 13, 15, 17, 18, 19, 20, 21, 22, 23, 25, 27]),
    ("IUNK", [2, 3, 4, 5, 7, 8, 10, 11, 12]),
    ("MSH", [2, 3, 4, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 22, 23, 26, 27, 29]),
    ("UNM", [1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 17, 18, 20]),
    ("STUB", [2, 3, 5, 6, 7, 8, 11, 12, 13, 16, 18, 19, 20]),
    ("PRX", [1, 2, 3, 4, 5, 6, 7, 10, 11, 13, 14]),
    ("FTM", [1, 3, 4, 5, 6, 9, 10]),
    ("GIT", [1, 4, 7, 8, 9, 10, 11]),
    ("MSG", [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 14, 17, 18, 19, 21]),
    ("ASY", [2, 3, 4, 7, 8, 9]),
    ("OOP", [2, 3, 6, 7, 8, 9, 11, 12, 13, 14, 16]),
    ("SCM", [1, 2, 5, 6, 8]),
    ("VS", [1, 2, 3, 4, 5, 6, 8, 12]),
    ("WIRE", [1, 2, 4, 5, 6, 7, 10, 12]),
    ("RPC", [1, 2, 3, 4, 5]),
  ]

  static let cases = Set(
    groups.flatMap { group in
      group.numbers.map { "\(group.name)-\($0 < 10 ? "0" : "")\($0)" }
    })

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  /// The ids in the display names of the tests of this target.
  private static func tested() throws -> Set<String> {
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    var ids: Set<String> = []
    for file in files where file.lastPathComponent.hasSuffix("Conformance.swift") {
      let text = try String(contentsOf: file, encoding: .utf8)
      // A display name stands behind `@Test(`, on the same line or the next.
      for piece in text.components(separatedBy: "@Test(").dropFirst() {
        let name = piece.components(separatedBy: "\"").dropFirst().first ?? ""
        ids.formUnion(name.split { " ,:".contains($0) }.map(String.init).filter(cases.contains))
      }
    }
    return ids
  }

  @Test("every case has a test or stands in the list, and none twice")
  func complete() throws {
    let tested = try Self.tested()
    let listed = UntestedCase.all.map(\.id)
    #expect(Set(listed).count == listed.count)
    #expect(tested.union(listed) == Self.cases)
    let partly = UntestedCase.all.filter { $0.reason == .partly }.map(\.id)
    #expect(tested.intersection(listed) == Set(partly))
  }

  @Test("the embedded ids are those of CASES.md, where it is at hand")
  func current() throws {
    // The package's root, then what lies beside it.
    let root = Self.folder.deletingLastPathComponent().deletingLastPathComponent()
    let file = root.deletingLastPathComponent().appending(path: "shared/conformance/CASES.md")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return }
    let prefixes = Self.groups.map { "- **\($0.name)-" }
    let ids = text.split(separator: "\n").compactMap { line -> String? in
      guard prefixes.contains(where: line.hasPrefix) else { return nil }
      return line.dropFirst(4).prefix { $0 != "*" }.description
    }
    #expect(Set(ids) == Self.cases)
  }
}
