import Trace

/// What a `.reg` file says of servers: a part of the text format of Windows.
///
/// Known are the keys `HKEY_CLASSES_ROOT\CLSID\{…}` with the class's name as their default value,
/// below them `…\InprocServer32` with the module as default value and `ThreadingModel`, and
/// `…\LocalServer32` with the program's command line; comments begin with a semicolon.
public struct RegistryFile: Sendable {
  /// What is wrong with a file, and in which line.
  public struct Failure: Error, Equatable, Sendable {
    /// From 1.
    public let line: Int
    /// A plain sentence.
    public let sentence: String
  }

  /// The classes, in the order of the file.
  public let entries: [ClassEntry]

  /// - Throws: the first thing that is wrong.
  public init(parsing text: String) throws(Failure) {
    var reader = RegistryFileReader()
    var number = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      try reader.read(Self.trimmed(line), number)
    }
    entries = try reader.finish(at: max(1, number))
  }

  /// Without white space around it, and without the mark that such files begin with.
  private static func trimmed(_ line: Substring) -> Substring {
    var line = line
    while let first = line.first, first.isWhitespace || first == "\u{FEFF}" { line.removeFirst() }
    while let last = line.last, last.isWhitespace { line.removeLast() }
    return line
  }
}

/// Reads such a file line by line.
private struct RegistryFileReader {
  /// A class as far as it was read.
  struct Draft {
    let clsid: GUID
    /// Where its key, and the keys of its servers, begin.
    var line: Int?
    var moduleLine: Int?
    var localServerLine: Int?
    var name: String?
    var module: String?
    var model: String?
    var localServer: String?
  }

  /// The key that the values belong to.
  enum Place {
    case none
    case ofClass(Int)
    case module(Int)
    case localServer(Int)
  }

  private static let header = "Windows Registry Editor Version 5.00"
  private static let root = "HKEY_CLASSES_ROOT\\CLSID\\"
  private static let module = "\\InprocServer32"
  private static let localServer = "\\LocalServer32"

  private var isBegun = false
  private var drafts: [Draft] = []
  private var place = Place.none

  mutating func read(_ line: Substring, _ number: Int) throws(RegistryFile.Failure) {
    func fail(_ sentence: String) -> RegistryFile.Failure {
      RegistryFile.Failure(line: number, sentence: sentence)
    }
    guard let first = line.first, first != ";" else { return }
    guard isBegun else {
      guard line == Self.header else {
        throw fail("The file does not begin with \"\(Self.header)\".")
      }
      isBegun = true
      return
    }
    if first == "[" {
      guard line.last == "]" else { throw fail("The key has no closing bracket.") }
      return try open(String(line.dropFirst().dropLast()), number)
    }
    guard let (name, value) = Self.value(line) else {
      throw fail("This is neither a key, nor a value in quotes, nor a comment.")
    }
    try set(name, value, number)
  }

  // MARK: Keys

  private mutating func open(_ key: String, _ number: Int) throws(RegistryFile.Failure) {
    func fail(_ sentence: String) -> RegistryFile.Failure {
      RegistryFile.Failure(line: number, sentence: sentence)
    }
    guard key.lowercased().hasPrefix(Self.root.lowercased()) else {
      throw fail("The key \(key) is none of a class: those begin with \(Self.root).")
    }
    let (text, line, place) = Self.parts(of: String(key.dropFirst(Self.root.count)))
    guard !text.contains("\\") else {
      throw fail(
        "The key \(key) is not known here: InprocServer32 and LocalServer32 are, below a class.")
    }
    guard let clsid = GUID(registryText: text) else {
      throw fail("\(text) is no GUID of the form {00000000-0000-0000-0000-000000000000}.")
    }
    let index = draft(of: clsid)
    if let first = drafts[index][keyPath: line] {
      throw fail("The class \(clsid) is in the file twice; line \(first) has it first.")
    }
    drafts[index][keyPath: line] = number
    self.place = place(index)
  }

  /// A key's class, where a draft has the key's line, and whose values follow.
  private static func parts(
    of key: String
  ) -> (clsid: String, WritableKeyPath<Draft, Int?>, (Int) -> Place) {
    for (end, line, place) in [
      (module, \Draft.moduleLine, Place.module),
      (localServer, \Draft.localServerLine, Place.localServer),
    ] where key.lowercased().hasSuffix(end.lowercased()) {
      return (String(key.dropLast(end.count)), line, place)
    }
    return (key, \Draft.line, Place.ofClass)
  }

  private mutating func draft(of clsid: GUID) -> Int {
    if let known = drafts.firstIndex(where: { $0.clsid == clsid }) { return known }
    drafts.append(Draft(clsid: clsid))
    return drafts.count - 1
  }

  // MARK: Values

  private mutating func set(
    _ name: String?, _ value: String, _ number: Int
  ) throws(RegistryFile.Failure) {
    func fail(_ sentence: String) -> RegistryFile.Failure {
      RegistryFile.Failure(line: number, sentence: sentence)
    }
    func put(_ value: String, into old: inout String?) throws(RegistryFile.Failure) {
      guard old == nil else { throw fail("The value is set twice.") }
      old = value
    }
    switch (place, name?.lowercased()) {
    case (.none, _): throw fail("The value stands under no key.")
    case (.ofClass(let index), nil): try put(value, into: &drafts[index].name)
    case (.module(let index), nil): try put(value, into: &drafts[index].module)
    case (.localServer(let index), nil): try put(value, into: &drafts[index].localServer)
    case (.module(let index), "threadingmodel"):
      guard ThreadingModel(registryText: value) != .invalid else {
        throw fail(
          "The threading model \"\(value)\" is none of Apartment, Both, Free and Neutral.")
      }
      try put(value, into: &drafts[index].model)
    case (_, .some): throw fail("The value \"\(name ?? "")\" is not known here.")
    }
  }

  /// `@="text"` or `"name"="text"`; the name is nil for the first.
  private static func value(_ line: Substring) -> (name: String?, value: String)? {
    var rest = line
    var name: String?
    if rest.first == "@" {
      rest.removeFirst()
    } else {
      guard let quoted = quoted(&rest) else { return nil }
      name = quoted
    }
    guard rest.first == "=" else { return nil }
    rest.removeFirst()
    guard let value = quoted(&rest), rest.isEmpty else { return nil }
    return (name, value)
  }

  /// A text in quotes at the beginning of `rest`, which it is taken from. A backslash stands before
  /// a quote or a backslash.
  private static func quoted(_ rest: inout Substring) -> String? {
    guard rest.first == "\"" else { return nil }
    rest.removeFirst()
    var text = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return text
      case "\\":
        guard let escaped = rest.popFirst(), escaped == "\\" || escaped == "\"" else { return nil }
        text.append(escaped)
      default: text.append(character)
      }
    }
    return nil
  }

  // MARK: The end

  func finish(at line: Int) throws(RegistryFile.Failure) -> [ClassEntry] {
    guard isBegun else {
      throw RegistryFile.Failure(
        line: line, sentence: "The file does not begin with \"\(Self.header)\".")
    }
    var entries: [ClassEntry] = []
    for draft in drafts { entries.append(try draft.entry(at: line)) }
    return entries
  }
}

extension RegistryFileReader.Draft {
  /// The class, once all was read; `last` is the file's last line.
  fileprivate func entry(at last: Int) throws(RegistryFile.Failure) -> ClassEntry {
    func fail(_ line: Int?, _ sentence: String) -> RegistryFile.Failure {
      RegistryFile.Failure(line: line ?? last, sentence: sentence)
    }
    if moduleLine != nil || localServerLine == nil {
      guard let module, !module.isEmpty else {
        throw fail(
          moduleLine ?? line,
          "The class \(clsid) has no module: InprocServer32 has no default value.")
      }
    }
    if localServerLine != nil {
      guard let localServer, !localServer.isEmpty else {
        throw fail(
          localServerLine,
          "The class \(clsid) has no program: LocalServer32 has no default value.")
      }
    }
    return ClassEntry(
      clsid, name ?? clsid.description, module: module, model: model, localServer: localServer)
  }
}

extension GUID {
  /// A GUID as the registry writes it, with braces and nothing else.
  fileprivate init?(registryText text: String) {
    guard text.first == "{", text.last == "}", text.count == 38 else { return nil }
    let groups = text.dropFirst().dropLast().split(
      separator: "-", omittingEmptySubsequences: false)
    guard groups.map(\.count) == [8, 4, 4, 4, 12],
      groups.allSatisfy({ $0.allSatisfy(\.isHexDigit) })
    else { return nil }
    self.init(text)
  }
}
