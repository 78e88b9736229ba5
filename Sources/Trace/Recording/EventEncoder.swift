/// Writes events as lines, field by field, with the texts told so far.
struct EventEncoder: Sendable {
  var line = LineBuffer()
  var texts = TextTable()

  /// Appends the line of an event, without its end.
  mutating func append(_ event: Event) {
    line.append("{\"n\":")
    line.append(number: event.n)
    line.append(",\"t\":")
    line.append(number: event.t)
    if event.thread.process != 0 { field(.p, UInt64(event.thread.process)) }
    if event.thread.number != 0 { field(.th, UInt64(event.thread.number)) }
    appendPlace(of: event)
    line.append(",\"k\":\"")
    encode(event.kind)
    line.append("}")
    note(event.kind)
  }

  /// Learns what the event tells, for the names of later ones.
  mutating func note(_ kind: EventKind) {
    if case .text(let name, let chunk) = kind { texts.note(name, chunk) }
  }

  /// `"at":"GetService.swift:41"`; `[file, line]` where the file is no unambiguous text.
  private mutating func appendPlace(of event: Event) {
    guard event.file != .none || event.line != 0 else { return }
    line.append(",\"at\":")
    if let quoted = texts.quotedText(of: event.file) {
      line.bytes.append(contentsOf: quoted.dropLast())
      line.append(":")
      line.append(number: UInt64(event.line))
      line.append("\"")
    } else {
      line.append("[")
      append(event.file)
      line.append(",")
      line.append(number: UInt64(event.line))
      line.append("]")
    }
  }

  // MARK: Fields

  /// The kind's word, and the quote that closes it.
  mutating func kind(_ tag: EventTag) {
    line.append(tag.rawValue)
    line.append("\"")
  }

  private mutating func key(_ key: FieldKey) {
    line.append(",\"")
    line.append(key.name)
    line.append("\":")
  }

  mutating func field(_ key: FieldKey, _ value: UInt64) {
    self.key(key)
    line.append(number: value)
  }

  mutating func field(_ key: FieldKey, _ value: UInt32) { field(key, UInt64(value)) }

  mutating func field(_ key: FieldKey, _ value: Int64) {
    self.key(key)
    line.append(number: value)
  }

  mutating func field(_ key: FieldKey, _ value: Bool) {
    self.key(key)
    line.append(value ? "true" : "false")
  }

  mutating func field<Kind>(_ key: FieldKey, _ value: Ident<Kind>) {
    field(key, UInt64(value.number))
  }

  mutating func field(_ key: FieldKey, _ value: Name) {
    self.key(key)
    append(value)
  }

  mutating func field(_ key: FieldKey, _ value: some Worded) {
    self.key(key)
    line.append("\"")
    line.append(value.word)
    line.append("\"")
  }

  mutating func field(_ key: FieldKey, _ value: ThreadID) {
    self.key(key)
    line.append(thread: value)
  }

  mutating func field(_ key: FieldKey, _ value: HResult) {
    self.key(key)
    line.append("\"")
    line.append(value.name)
    line.append("\"")
  }

  mutating func field(_ key: FieldKey, _ value: ThreadSet) {
    self.key(key)
    list(value.slots) { encoder, slot in encoder.line.append(number: UInt64(slot)) }
  }

  mutating func field(_ key: FieldKey, _ value: ThreadList) {
    self.key(key)
    list(value.threads) { encoder, thread in encoder.line.append(thread: thread) }
  }

  mutating func field(_ key: FieldKey, hexadecimal bytes: [UInt8]) {
    self.key(key)
    line.append("\"")
    for byte in bytes { line.append(hexadecimal: byte) }
    line.append("\"")
  }

  mutating func field(_ key: FieldKey, text: String) {
    self.key(key)
    line.append(quoting: text)
  }

  private mutating func list<Item>(
    _ items: [Item], _ body: (inout EventEncoder, Item) -> Void
  ) {
    line.append("[")
    for (index, item) in items.enumerated() {
      if index > 0 { line.append(",") }
      body(&self, item)
    }
    line.append("]")
  }

  mutating func append(_ name: Name) {
    if name == .none {
      line.append("null")
    } else if let quoted = texts.quotedText(of: name) {
      line.bytes.append(contentsOf: quoted)
    } else {
      line.append("{\"#\":")
      line.append(number: UInt64(name.number))
      line.append("}")
    }
  }

  // MARK: Values with cases

  /// A text for a name; any other holder is a short list that begins with its kind.
  mutating func field(_ key: FieldKey, _ value: Holder) {
    self.key(key)
    switch value {
    case .named(let name): append(name)
    case .local(let thread):
      line.append("[\"local\",")
      line.append(thread: thread)
      line.append("]")
    case .stub(let stub): tagged("stub", stub)
    case .packet(let packet): tagged("packet", packet)
    case .com: line.append("[\"com\"]")
    }
  }

  mutating func field(_ key: FieldKey, _ value: PublicHolder) {
    self.key(key)
    switch value {
    case .stub: line.append("[\"stub\"]")
    case .packet(let packet): tagged("packet", packet)
    case .proxy(let proxy): tagged("proxy", proxy)
    }
  }

  mutating func field(_ key: FieldKey, _ value: Refuser) {
    self.key(key)
    switch value {
    case .named(let name): append(name)
    case .com: line.append("[\"com\"]")
    case .proxy(let proxy): tagged("proxy", proxy)
    case .object(let object): tagged("object", object)
    }
  }

  mutating func field(_ key: FieldKey, _ value: Wait) {
    self.key(key)
    switch value {
    case .messageLoop: line.append("[\"messageLoop\"]")
    case .pool: line.append("[\"pool\"]")
    case .action: line.append("[\"action\"]")
    case .reply(let call, let server, let pumps):
      line.append("[\"reply\",")
      line.append(number: UInt64(call.number))
      line.append(",")
      line.append(thread: server)
      line.append(pumps ? ",true]" : ",false]")
    case .scm(let request, let server, let pumps):
      line.append("[\"scm\",")
      line.append(number: UInt64(request.number))
      line.append(",")
      line.append(number: UInt64(server.number))
      line.append(pumps ? ",true]" : ",false]")
    case .lock(let lock, let owner):
      line.append("[\"lock\",")
      line.append(number: UInt64(lock.number))
      line.append(",")
      line.append(thread: owner)
      line.append("]")
    case .signal(let signal, let pumps):
      line.append("[\"signal\",")
      line.append(number: UInt64(signal.number))
      line.append(pumps ? ",true]" : ",false]")
    case .thread(let thread, let pumps):
      line.append("[\"thread\",")
      line.append(thread: thread)
      line.append(pumps ? ",true]" : ",false]")
    case .time(let moment):
      line.append("[\"time\",")
      line.append(number: moment)
      line.append("]")
    }
  }

  private mutating func tagged<Kind>(_ tag: String, _ id: Ident<Kind>) {
    line.append("[\"")
    line.append(tag)
    line.append("\",")
    line.append(number: UInt64(id.number))
    line.append("]")
  }
}
