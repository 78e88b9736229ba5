/// Fields as values of their types.
extension LineFields {
  mutating func integer<Number: FixedWidthInteger>(
    _ key: FieldKey, as type: Number.Type = Number.self
  ) throws(LineFault) -> Number {
    var cursor = try cursor(key)
    return try cursor.integer()
  }

  mutating func ident<Kind>(_ key: FieldKey) throws(LineFault) -> Ident<Kind> {
    Ident(try integer(key))
  }

  mutating func boolean(_ key: FieldKey) throws(LineFault) -> Bool {
    var cursor = try cursor(key)
    return try cursor.boolean()
  }

  /// Whether a flag that stands only where it is true stands.
  mutating func flag(_ key: FieldKey) throws(LineFault) -> Bool {
    guard var cursor = find(key) else { return false }
    return try cursor.boolean()
  }

  mutating func choice<Value: Worded>(_ key: FieldKey) throws(LineFault) -> Value {
    var cursor = try cursor(key)
    let place = cursor.at
    guard let word = try cursor.word(), let value = Value.byWord[word] else {
      let words = Value.allCases.map(\.word).joined(separator: ", ")
      throw cursor.fault(at: place, expected: "one of \(words)")
    }
    return value
  }

  mutating func thread(_ key: FieldKey) throws(LineFault) -> ThreadID {
    var cursor = try cursor(key)
    return try cursor.thread()
  }

  mutating func name(_ key: FieldKey) throws(LineFault) -> Name {
    var cursor = try cursor(key)
    return try name(at: &cursor)
  }

  /// A name: a text told before, `{"#":7}`, or `null`.
  func name(at cursor: inout JSONCursor) throws(LineFault) -> Name {
    switch cursor.peek() {
    case UInt8(ascii: "n"):
      _ = try cursor.null()
      return .none
    case UInt8(ascii: "{"):
      try cursor.expect(UInt8(ascii: "{"))
      guard try cursor.string() == [UInt8(ascii: "#")] else {
        throw cursor.fault(expected: "a text's number such as {\"#\":7}")
      }
      try cursor.expect(UInt8(ascii: ":"))
      let name = Name(try cursor.integer())
      try cursor.expect(UInt8(ascii: "}"))
      return name
    default:
      let place = cursor.at
      guard let name = texts.name(of: try cursor.string()) else {
        throw cursor.fault(at: place, expected: "a text that a line before it has told")
      }
      return name
    }
  }

  mutating func result(_ key: FieldKey) throws(LineFault) -> HResult {
    var cursor = try cursor(key)
    let place = cursor.at
    let bytes = try cursor.string()
    guard let result = HResult.named[bytes] ?? HResult(hexadecimal: bytes) else {
      throw cursor.fault(at: place, expected: "a name such as S_OK, or 0x and eight digits")
    }
    return result
  }

  mutating func threadSet(_ key: FieldKey) throws(LineFault) -> ThreadSet {
    var cursor = try cursor(key)
    var set = ThreadSet()
    try cursor.forEachItem { cursor throws(LineFault) in
      let place = cursor.at
      let slot = try cursor.integer(as: UInt8.self)
      guard Int(slot) < ThreadSet.capacity else {
        throw cursor.fault(at: place, expected: "a slot below \(ThreadSet.capacity)")
      }
      set.insert(slot: Int(slot))
    }
    return set
  }

  mutating func threadList(_ key: FieldKey) throws(LineFault) -> ThreadList {
    var cursor = try cursor(key)
    var threads: [ThreadID] = []
    try cursor.forEachItem { cursor throws(LineFault) in threads.append(try cursor.thread()) }
    guard threads.count <= ThreadList.capacity else {
      throw LineFault(
        found: "\(threads.count) threads", expected: "at most \(ThreadList.capacity)")
    }
    return ThreadList(threads)
  }

  /// The bytes of a piece: a string where `textKey` stands, else digits.
  mutating func chunk(text textKey: FieldKey?) throws(LineFault) -> Chunk {
    let bytes: [UInt8]
    if let textKey, var cursor = find(textKey) {
      bytes = try cursor.string()
    } else {
      var cursor = try cursor(.hex)
      bytes = try cursor.hexadecimal()
    }
    guard bytes.count <= Chunk.capacity else {
      throw LineFault(
        found: "\(bytes.count) bytes in a piece", expected: "at most \(Chunk.capacity)")
    }
    return Chunk(bytes, isContinued: try flag(.more))
  }

  // MARK: Values with cases

  mutating func holder(_ key: FieldKey) throws(LineFault) -> Holder {
    var cursor = try cursor(key)
    guard cursor.peek() == UInt8(ascii: "[") else { return .named(try name(at: &cursor)) }
    return try cursor.tagged("a holder") { tag, cursor throws(LineFault) in
      switch tag {
      case "com": .com
      case "local": .local(try cursor.nextThread())
      case "stub": .stub(try cursor.nextIdent())
      case "packet": .packet(try cursor.nextIdent())
      default: nil
      }
    }
  }

  mutating func publicHolder(_ key: FieldKey) throws(LineFault) -> PublicHolder {
    var cursor = try cursor(key)
    return try cursor.tagged("a holder of public references") { tag, cursor throws(LineFault) in
      switch tag {
      case "stub": .stub
      case "packet": .packet(try cursor.nextIdent())
      case "proxy": .proxy(try cursor.nextIdent())
      default: nil
      }
    }
  }

  mutating func refuser(_ key: FieldKey) throws(LineFault) -> Refuser {
    var cursor = try cursor(key)
    guard cursor.peek() == UInt8(ascii: "[") else { return .named(try name(at: &cursor)) }
    return try cursor.tagged("who refuses") { tag, cursor throws(LineFault) in
      switch tag {
      case "com": .com
      case "proxy": .proxy(try cursor.nextIdent())
      case "object": .object(try cursor.nextIdent())
      default: nil
      }
    }
  }

  mutating func wait(_ key: FieldKey) throws(LineFault) -> Wait {
    var cursor = try cursor(key)
    return try cursor.tagged("a wait") { tag, cursor throws(LineFault) in
      switch tag {
      case "messageLoop": .messageLoop
      case "pool": .pool
      case "action": .action
      case "reply":
        .reply(
          try cursor.nextIdent(), server: try cursor.nextThread(),
          pumps: try cursor.nextBoolean())
      case "scm":
        .scm(
          try cursor.nextIdent(), server: try cursor.nextIdent(), pumps: try cursor.nextBoolean())
      case "lock": .lock(try cursor.nextIdent(), owner: try cursor.nextThread())
      case "signal": .signal(try cursor.nextIdent(), pumps: try cursor.nextBoolean())
      case "thread": .thread(try cursor.nextThread(), pumps: try cursor.nextBoolean())
      case "time": .time(try cursor.nextInteger())
      default: nil
      }
    }
  }
}

extension JSONCursor {
  /// A list that begins with the word of a case.
  fileprivate mutating func tagged<Value>(
    _ what: String, _ body: (String, inout JSONCursor) throws(LineFault) -> Value?
  ) throws(LineFault) -> Value {
    let place = at
    try expect(UInt8(ascii: "["))
    let tag = String(decoding: try string(), as: UTF8.self)
    guard let value = try body(tag, &self) else { throw fault(at: place, expected: what) }
    try expect(UInt8(ascii: "]"))
    return value
  }

  fileprivate mutating func nextIdent<Kind>() throws(LineFault) -> Ident<Kind> {
    Ident(try nextInteger())
  }

  fileprivate mutating func nextInteger<Number: FixedWidthInteger>() throws(LineFault) -> Number {
    try expect(UInt8(ascii: ","))
    return try integer()
  }

  fileprivate mutating func nextThread() throws(LineFault) -> ThreadID {
    try expect(UInt8(ascii: ","))
    return try thread()
  }

  fileprivate mutating func nextBoolean() throws(LineFault) -> Bool {
    try expect(UInt8(ascii: ","))
    return try boolean()
  }

  /// Each item of a list, in order; `body` passes the item.
  mutating func forEachItem(
    _ body: (inout JSONCursor) throws(LineFault) -> Void
  ) throws(LineFault) {
    try expect(UInt8(ascii: "["))
    if pass(UInt8(ascii: "]")) { return }
    repeat { try body(&self) } while pass(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
  }
}

extension HResult {
  /// The first code of each name.
  fileprivate static let named: [[UInt8]: HResult] = Dictionary(
    table.map { (Array($0.name.utf8), HResult($0.code)) }, uniquingKeysWith: { first, _ in first })

  /// `0x8001010E`.
  fileprivate init?(hexadecimal bytes: [UInt8]) {
    guard bytes.count == 10, bytes.starts(with: "0x".utf8),
      let code = UInt32(String(decoding: bytes.dropFirst(2), as: UTF8.self), radix: 16)
    else { return nil }
    self.init(code)
  }
}
