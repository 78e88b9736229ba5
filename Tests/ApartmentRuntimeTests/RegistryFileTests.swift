import Testing
import Trace

@testable import ApartmentRuntime

/// Registry files: what is read, and what is refused with its line.
@Suite struct RegistryFileTests {
  private static let header = "Windows Registry Editor Version 5.00\n"
  private static let key = "HKEY_CLASSES_ROOT\\CLSID\\{A1F00D00-0000-4000-8000-F100F1A00001}"

  private func failure(_ text: String) -> RegistryFile.Failure? {
    do throws(RegistryFile.Failure) {
      _ = try RegistryFile(parsing: text)
      return nil
    } catch {
      return error
    }
  }

  @Test("a file with every model, comments, odd case and Windows' line ends")
  func good() throws {
    let text = """
      \u{FEFF}Windows Registry Editor Version 5.00\r
      \r
      ; The server of the lesson\r
      [HKEY_CLASSES_ROOT\\CLSID\\{A1F00D00-0000-4000-8000-F100F1A00001}]\r
      @="A \\"counter\\""\r
      [hkey_classes_root\\clsid\\{a1f00d00-0000-4000-8000-f100f1a00001}\\inprocserver32]\r
      @="C:\\\\Servers\\\\counter.dll"\r
      "threadingMODEL"="both"\r
      [HKEY_CLASSES_ROOT\\CLSID\\{A1F00D01-0000-4000-8000-F100F1A00001}\\InprocServer32]
      @="old.dll"
      """
    let entries = try RegistryFile(parsing: text).entries
    #expect(
      entries == [
        ClassEntry(
          "A1F00D00-0000-4000-8000-F100F1A00001", "A \"counter\"",
          module: "C:\\Servers\\counter.dll", model: "both"),
        ClassEntry(
          "A1F00D01-0000-4000-8000-F100F1A00001", "{A1F00D01-0000-4000-8000-F100F1A00001}",
          module: "old.dll", model: nil),
      ])
    #expect(entries.map(\.threadingModel) == [.both, .absent])
  }

  @Test("a class with a local server, alone or beside an in-process one")
  func localServers() throws {
    let text = """
      \(Self.header)[\(Self.key)]
      @="Widget"
      [\(Self.key)\\localserver32]
      @="\\"C:\\\\Our Servers\\\\Widgets.exe\\" /quiet"
      [HKEY_CLASSES_ROOT\\CLSID\\{A1F00D01-0000-4000-8000-F100F1A00001}\\LocalServer32]
      @="C:\\\\Our Servers\\\\widgets.EXE /quiet"
      [HKEY_CLASSES_ROOT\\CLSID\\{A1F00D01-0000-4000-8000-F100F1A00001}\\InprocServer32]
      @="widgets.dll"
      """
    let entries = try RegistryFile(parsing: text).entries
    #expect(entries.map(\.module) == [nil, "widgets.dll"])
    #expect(entries.map(\.programName) == ["Widgets.exe", "widgets.EXE"])
    #expect(entries.map(\.name) == ["Widget", "{A1F00D01-0000-4000-8000-F100F1A00001}"])
    #expect(entries.first?.localServer == "\"C:\\Our Servers\\Widgets.exe\" /quiet")
    #expect(ClassEntry(Self.clsid, "x", localServer: "server /a").programName == "server")
    #expect(ClassEntry(Self.clsid, "x", module: "a.dll").programName == nil)
  }

  private static let clsid: GUID = "A1F00D00-0000-4000-8000-F100F1A00001"

  @Test(
    "what is wrong, and in which line",
    arguments: [
      ("", 1, "does not begin with"),
      ("; only a comment\n", 2, "does not begin with"),
      ("REGEDIT4\n", 1, "does not begin with"),
      (header + "[HKEY_LOCAL_MACHINE\\SOFTWARE]", 2, "is none of a class"),
      (header + "\n[\(key)\\LocalServer]", 3, "InprocServer32 and LocalServer32 are"),
      (header + "\n[\(key)\\LocalServer32]", 3, "has no program"),
      (header + "\n[\(key)\\LocalServer32]\n@=\"\"", 3, "has no program"),
      (
        header + "[\(key)\\LocalServer32]\n@=\"a.exe\"\n\"ThreadingModel\"=\"Both\"", 4,
        "is not known here"
      ),
      (
        header + "[\(key)\\LocalServer32]\n@=\"a.exe\"\n[\(key)\\LocalServer32]", 4,
        "twice; line 2 has it first"
      ),
      (
        header + "[\(key)\\LocalServer32]\n@=\"a.exe\"\n[\(key)\\InprocServer32]", 4,
        "has no module"
      ),
      (header + "[\(key)", 2, "no closing bracket"),
      (header + "[HKEY_CLASSES_ROOT\\CLSID\\{A1F00D00-0000}]", 2, "is no GUID"),
      (
        header + "[HKEY_CLASSES_ROOT\\CLSID\\{G1F00D00-0000-4000-8000-F100F1A00001}]", 2,
        "is no GUID"
      ),
      (header + "[HKEY_CLASSES_ROOT\\CLSID\\A1F00D0000004000-8000-F100F1A00001]", 2, "is no GUID"),
      (header + "@=\"x\"", 2, "under no key"),
      (header + "[\(key)]\nname", 3, "neither a key"),
      (header + "[\(key)]\n@=dword:00000001", 3, "neither a key"),
      (header + "[\(key)]\n@=\"open", 3, "neither a key"),
      (header + "[\(key)]\n@=\"a\\b\"", 3, "neither a key"),
      (header + "[\(key)]\n@=\"a\" ; b", 3, "neither a key"),
      (header + "[\(key)]\n\"ThreadingModel\"=\"Both\"", 3, "is not known here"),
      (header + "[\(key)\\InprocServer32]\n\"Model\"=\"Both\"", 3, "is not known here"),
      (header + "[\(key)\\InprocServer32]\n@=\"a.dll\"\n@=\"b.dll\"", 4, "set twice"),
      (
        header + "[\(key)\\InprocServer32]\n\"ThreadingModel\"=\"Rental\"", 3,
        "\"Rental\" is none of"
      ),
      (header + "[\(key)]\n[\(key)]", 3, "twice; line 2 has it first"),
      (
        header + "[\(key)\\InprocServer32]\n@=\"a.dll\"\n[\(key)\\InprocServer32]", 4,
        "twice; line 2 has it first"
      ),
      (header + "[\(key)]\n@=\"Counter\"", 2, "has no module"),
      (
        header + "[\(key)]\n[\(key)\\InprocServer32]\n\"ThreadingModel\"=\"Both\"", 3,
        "has no module"
      ),
      (header + "[\(key)\\InprocServer32]\n@=\"\"", 2, "has no module"),
    ])
  func bad(_ text: String, _ line: Int, _ words: String) {
    let failure = failure(text)
    #expect(failure?.line == line)
    #expect(failure?.sentence.contains(words) == true, "\(failure?.sentence ?? "it was read")")
    #expect(failure?.sentence.hasSuffix(".") == true)
  }

  @Test("no file makes the reader trap")
  func anything() throws {
    let good =
      Self.header + "[\(Self.key)\\InprocServer32]\n@=\"a.dll\"\n\"ThreadingModel\"=\"Both\"\n"
    for place in good.indices {
      _ = try? RegistryFile(parsing: String(good[..<place]))
      for character in ["[", "]", "\"", "\\", "=", "\n", "{", "é", ""] {
        var text = good
        text.replaceSubrange(place...place, with: character)
        _ = try? RegistryFile(parsing: text)
      }
    }
    let entries = try RegistryFile(parsing: good).entries
    #expect(entries.count == 1)
  }
}
