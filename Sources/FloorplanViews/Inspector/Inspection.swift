import TerminalUI
import Trace

/// Everything that is known of one thing, as lines of text.
struct Inspection: Sendable {
  let context: PlanContext
  let width: Int
  var title = ""
  private(set) var lines: [StyledText] = []

  init(_ thing: Selectable, context: PlanContext, width: Int) {
    self.context = context
    self.width = max(20, width)
    switch thing {
    case .thread(let id): context.world.threads[id].map { inspect(thread: $0) }
    case .apartment(let id): context.world.apartments[id].map { inspect(apartment: $0) }
    case .object(let id): context.world.objects[id].map { inspect(object: $0) }
    case .stub(let id): context.world.stubs[id].map { inspect(stub: $0) }
    case .packet(let id): context.world.packets[id].map { inspect(packet: $0) }
    case .call(let id): context.world.calls[id].map { inspect(call: $0) }
    case .field(let name): context.world.fields[name].map { inspect(field: $0) }
    case .cell(let name): context.world.cells[name].map { inspect(cell: $0) }
    case .registeredClass, .module, .registration, .global: inspect(server: thing)
    case .process, .scm, .request: inspect(building: thing)
    }
    if title.isEmpty {
      title = "nothing"
      say("It is not there at this moment.")
    }
  }

  var world: World { context.world }

  /// A line with its label in a column: `holders   shell.site`.
  mutating func say(_ label: String, _ text: StyledText) {
    lines.append(StyledText(label.padded(toWidth: max(12, label.cellWidth + 1)), .dim) + text)
  }

  mutating func say(_ label: String, _ text: String) { say(label, StyledText(text)) }

  mutating func say(_ text: String) {
    lines += text.wrapped(toWidth: width).map { StyledText($0) }
  }

  mutating func say(at site: World.Site) {
    let text = context.label(site)
    if !text.isEmpty { say("source", text) }
  }

  private mutating func inspect(thread: World.Thread) {
    title = "thread \(context.label(thread.id))"
    var standing = thread.standing.text
    if case .waiting(let wait) = thread.activity { standing.append(" " + context.reason(wait)) }
    say("state", standing + StyledText(", since event \(thread.since)", .dim))
    say("apartment", thread.apartment.isNone ? "none" : context.label(thread.apartment))
    if thread.current != thread.apartment {
      say("", "for the length of a call in \(context.label(thread.current))")
    }
    if !thread.apartment.isNone, thread.membership == .implicit {
      say("", "by the MTA that the process has: it never initialised COM")
    }
    say("CoInitialize", "\(thread.initializations) not yet given back")
    say("started by", thread.origin == .com ? "COM" : "the program")
    say(at: thread.site)
    if let room = context.trespass(of: thread) {
      say("", StyledText("! its code stands in \(context.label(room))", .warning))
    }
    for frame in thread.frames.reversed() {
      let text =
        switch frame.kind {
        case .function(let name): world[name]
        case .method(let object, let name, let path):
          "\(context.label(object)).\(world[name])"
            + (path == .stub ? ", called by a stub" : ", by a direct pointer")
        }
      say(
        frame.kind == thread.frames.last?.kind ? "in" : "called by",
        StyledText(text + "  ") + StyledText(context.label(frame.site), .dim))
    }
    for call in thread.serving.reversed().compactMap({ world.calls[$0] }) {
      say("serves", "call \(call.id) \(context.method(call)), for \(context.label(call.caller))")
    }
  }

  private mutating func inspect(apartment: World.Apartment) {
    title = context.label(apartment.id)
    switch apartment.kind {
    case .singleThreaded:
      say("kind", "single-threaded: one thread runs everything in it")
    case .multithreaded: say("kind", "multithreaded: calls come on any of its threads")
    case .neutral: say("kind", "neutral: a call runs on whatever thread calls")
    }
    say("OXID", "\(apartment.id)")
    if apartment.isMain { say("main", "the first STA of its process") }
    say("built by", apartment.startedBy == .com ? "COM" : "the program")
    let threads = context.index.threads[apartment.id, default: []].map { context.label($0.id) }
    say("threads", threads.isEmpty ? "none" : threads.joined(separator: ", "))
    let visitors = context.index.visitors[apartment.id, default: []].map { context.label($0.id) }
    if !visitors.isEmpty { say("visitors", visitors.joined(separator: ", ")) }
    if !apartment.filter.isNone { say("filter", context.label(apartment.filter)) }
    guard apartment.kind == .singleThreaded else { return }
    say("queue", "\(apartment.queue.count) waiting, \(apartment.served) taken since the start")
    for message in apartment.queue.prefix(20) {
      let call = world.calls[message.call]
      let what = call.map { "call \($0.id) \(context.method($0))" } ?? "message \(message.id)"
      say("", "\(what), from \(context.label(message.from)), since event \(message.since)")
    }
  }

  private mutating func inspect(object: World.Object) {
    title = context.label(object.id)
    let old = context.baseline?.objects[object.id]
    switch object.role {
    case .component: say("object", world[object.name])
    case .stream: say("stream", "memory that carries packets from thread to thread")
    case .proxy:
      let home = world.stubs[object.stub].map { context.label($0.apartment) } ?? "?"
      say("proxy for", "stub \(object.stub) in \(home)")
      if object.isDisconnected { say("", StyledText("! disconnected: every call fails", .warning)) }
      say("interfaces", context.interfaces(object.interfaces))
    }
    say("home", object.apartment.isNone ? "none" : context.label(object.apartment))
    sayParts(of: object)
    say("refs", context.count(object.count, was: old?.count))
    for reference in world.holders(of: object.id).prefix(40) {
      say(
        "",
        StyledText("1  \(context.label(reference.holder))  ")
          + StyledText(context.label(reference.site) + "  event \(reference.since)", .dim))
    }
    for value in object.values { say(world[value.name], "\(value.value)") }
    for piece in object.contents {
      say("holds", "\(context.label(piece.packet)), \(piece.count) bytes from \(piece.offset)")
    }
    if !object.isAlive { say("", StyledText("! freed: its destructor has run", .warning)) }
  }

  private mutating func inspect(stub: World.StubManager) {
    title = "stub \(stub.id)"
    say("for", "\(context.label(stub.object)) in \(context.label(stub.apartment))")
    say("OID", "\(stub.id)")
    switch stub.state {
    case .connected: say("state", "connected")
    case .disconnected: say("state", StyledText("disconnected", .warning))
    case .ended: say("state", "ended: nobody outside needs it any more")
    }
    say("keeps", "strong \(stub.strong), weak \(stub.weak), external locks \(stub.locks)")
    for id in stub.interfaces {
      guard let interface = world.interfaceStubs[id] else { continue }
      say("interface", "\(world[interface.interface])  IPID \(id)")
      for share in interface.publicReferences {
        let refs = "\(share.count) \(World.publicRefs(share.count))"
        say("", "\(refs), with \(context.label(share.holder))")
      }
    }
  }

  private mutating func inspect(field: World.Field) {
    title = world[field.name]
    say("points at", field.object.isNone ? "nothing" : context.label(field.object))
    if let object = world.objects[field.object], !object.isAlive {
      say("", StyledText("! what it points at was freed", .warning))
    }
    say("since", "event \(field.since)")
  }

  private mutating func inspect(cell: World.Cell) {
    title = world[cell.name]
    say("value", "\(cell.value)")
    if !cell.lastReader.isNone { say("read by", context.label(cell.lastReader)) }
    if !cell.lastWriter.isNone { say("written by", context.label(cell.lastWriter)) }
  }

  private mutating func inspect(packet: World.Packet) {
    title = context.label(packet.id)
    if !packet.marshaller.isNone {
      say("marshaller", "\(world[packet.marshaller]), of \(context.label(packet.object))")
    }
    say("made by", "\(context.label(packet.maker)) at event \(packet.madeAt)")
    switch packet.state {
    case .sealed: say("state", "sealed")
    case .opened(let object):
      say("opened by", "\(context.label(packet.opener)) at event \(packet.openedAt)")
      say("as", context.label(object))
    case .released: say("state", "released: nobody can open it")
    }
    sayCrossing(packet)
    lines.append("")
    let bytes = world.blobs[packet.bytes] ?? []
    let objref = Objref(bytes, names: context.names(of: packet))
    for field in objref.fields { lines.append(line(field)) }
    lines.append("")
    say(objref.summary)
  }

  /// `08  34 cd 9f 6d .. d5 c6      IID IServiceProvider`.
  private func line(_ field: ObjrefField) -> StyledText {
    let limit = field.bytes.count <= 8 ? 8 : 7
    let bytes = Hex.run(field.bytes, limit: limit).padded(toWidth: 25)
    return StyledText(Hex.offset(field.offset) + "  ", .dim) + StyledText(bytes + "  ")
      + StyledText(field.meaning, field.isFault ? .error : .plain)
  }

  private mutating func inspect(call: World.Call) {
    title = "call \(call.id)"
    say("method", context.method(call))
    say("through", context.label(call.proxy))
    say("from", context.label(call.caller))
    say("to", call.target.isNone ? "not sent yet" : context.label(call.target))
    say("runs on", call.server.isNone ? "nobody yet" : context.label(call.server))
    say("causality", "\(call.causality)")
    if !call.parent.isNone { say("inside", "call \(call.parent)") }
    say("state", Self.text(call))
    if call.rejections > 0 { say("refused", "\(call.rejections) times by a message filter") }
    if call.state == .rejected, call.retryAt > 0 { say("again at", context.moment(call.retryAt)) }
    if call.isCancelled { say("", StyledText("! somebody asked to cancel it", .warning)) }
    if call.isAsynchronous { say("", "asynchronous: its caller does not wait") }
    dump("arguments", call.arguments)
    if call.state == .answered || call.state == .returned { dump("answer", call.answer) }
  }

  private static func text(_ call: World.Call) -> String {
    switch call.state {
    case .packed: "packed, not sent"
    case .sent: "in the queue: its caller waits"
    case .rejected:
      call.rejection == .retryLater ? "refused: retry later" : "refused by the message filter"
    case .served: "being served: its caller waits"
    case .answered: "answered \(call.result.name), on its way back"
    case .lost: "nobody waits for it: its caller was killed"
    case .returned: "returned \(call.result.name)"
    }
  }

  private mutating func dump(_ label: String, _ blob: Blob) {
    let bytes = world.blobs[blob] ?? []
    say(label, "\(bytes.count) bytes")
    for start in stride(from: 0, to: min(bytes.count, 512), by: 8) {
      let row = bytes[start..<min(start + 8, bytes.count)]
      let text = row.map { (0x20..<0x7F).contains($0) ? String(Unicode.Scalar($0)) : "." }.joined()
      lines.append(
        StyledText(Hex.offset(start) + "  ", .dim)
          + StyledText(Hex.run(row).padded(toWidth: 25) + text))
    }
  }
}

extension PlanContext {
  /// What the numbers in the packet mean here.
  func names(of packet: World.Packet) -> ObjrefNames {
    var names = ObjrefNames()
    guard let interface = world.interfaceStubs[packet.interfaceStub] else { return names }
    names.interface = world[interface.interface]
    guard let stub = world.stubs[interface.stub] else { return names }
    names.exporter = .init(UInt64(stub.apartment.number), label(stub.apartment))
    names.object = .init(UInt64(stub.id.number), label(stub.object))
    names.stub = "stub \(stub.id)"
    return names
  }
}

extension Canvas {
  mutating func inspectorPane(_ context: PlanContext, top: Int, in area: Rect) {
    guard !area.isEmpty else { return }
    let (head, inside) = area.splitTop(1)
    guard let thing = context.selection else {
      write(StyledText(" INSPECTOR", .title), at: head.origin, width: head.width)
      write([StyledText(" Tab selects a thing on the plan", .dim)], in: inside)
      return
    }
    let text = inside.inset(dx: 1, dy: 0)
    let inspection = Inspection(thing, context: context, width: text.width)
    write(
      StyledText(" INSPECTOR  ", .title) + StyledText(inspection.title), at: head.origin,
      width: head.width)
    let first = min(max(0, top), max(0, inspection.lines.count - text.height))
    write(Array(inspection.lines.dropFirst(first)), in: text)
    if first + text.height < inspection.lines.count, !inside.isEmpty {
      let corner = Point(x: inside.right - 1, y: inside.bottom - 1)
      write(String(Glyph.pointsDown), at: corner, .dim)
    }
  }
}
