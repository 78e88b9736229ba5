import TerminalUI
import Trace

/// Processes, the SCM, and what it was asked.
extension Inspection {
  mutating func inspect(building thing: Selectable) {
    switch thing {
    case .process(let id): world.processes[id].map { inspect(process: $0) }
    case .scm: inspectSCM()
    case .request(let id): world.requests[id].map { inspect(request: $0) }
    default: break
    }
  }

  private mutating func inspect(process: World.Process) {
    let id = process.id
    title = world.label(process: id)
    let word = world.standing(of: id).word
    say("state", word.isEmpty ? "running" : word)
    // Only of a live run: a number of the operating system's is never told.
    if let number = context.systemNumbers[id] { say("pid", "\(number)") }
    say(
      "started by",
      process.launchedFor.isNone
        ? "the program" : "the SCM, for \(world.label(request: process.launchedFor))")
    sayServer(process)
    for apartment in world.apartmentsInOrder where apartment.process == id && apartment.isAlive {
      let threads = context.index.threads[apartment.id, default: []].map {
        context.shortLabel($0.id)
      }
      say("apartment", "\(context.title(apartment.id)): \(threads.joined(separator: ", "))")
    }
    sayHeld(by: id)
    for apartment in process.resolved {
      say("can reach", context.label(apartment))
    }
    for cut in process.cutConnections {
      let text = "! cut off from \(world.label(process: cut.process)): \(cut.result.name)"
      say("", StyledText(text, .warning) + StyledText("  event \(cut.at)", .dim))
    }
    if process.missedPings > 0 { say("pings", "\(process.missedPings) missed in a row") }
  }

  private mutating func sayServer(_ process: World.Process) {
    let old = context.baseline?.processes[process.id]
    let sum = context.sum(of: process.id, in: world)
    if process.serverCount > 0 || !sum.isEmpty || (old?.serverCount ?? 0) > 0 {
      let text = context.count(process.serverCount, was: old?.serverCount)
      say(
        "server count", text + StyledText(sum.isEmpty ? "" : " = " + sum.joined(separator: " + ")))
    }
    for cell in context.ownCells(of: process.id) { say(world[cell.name], "\(cell.value)") }
    for entry in world.registrationsInOrder {
      guard world.apartments[entry.apartment]?.process == process.id else { continue }
      say("factory", StyledText(context.label(entry.ofClass) + ": ") + context.state(entry).text)
    }
  }

  /// What a process holds at others; of a ruin, until that is reclaimed.
  private mutating func sayHeld(by process: ProcessID) {
    for stub in world.interfaceStubsInOrder {
      for share in stub.publicReferences {
        guard case .proxy(let proxy) = share.holder, world.objects[proxy]?.process == process
        else { continue }
        let refs = "\(share.count) \(World.publicRefs(share.count))"
        say("holds", "\(refs) of stub \(stub.stub) (\(world[stub.interface]))")
      }
    }
  }

  private mutating func inspectSCM() {
    title = "SCM"
    say("calls", context.scmCalls)
    let entries = world.registrationsInOrder.filter { $0.scm != nil && $0.scm != .removed }
    say("classes", entries.isEmpty ? "none" : "\(entries.count)")
    for entry in entries {
      let server = world.label(process: world.apartments[entry.apartment]?.process ?? .none)
      let state = entry.scm == .suspended ? "suspended" : "open"
      say(context.label(entry.ofClass), "\(server), \(state)")
    }
    for request in world.requestsInOrder where request.state == .open {
      let client = context.label(request.client)
      say("request \(request.id)", "\(context.what(request)), from \(client)")
    }
  }

  private mutating func inspect(request: World.ScmRequestRecord) {
    title = "request \(request.id)"
    say("asks for", context.what(request))
    say("from", context.label(request.client))
    say("since", "event \(request.at)")
    if !request.launched.isNone {
      say("", "no server was open: the SCM started \(world.label(process: request.launched))")
    }
    switch request.state {
    case .open:
      let server = context.awaitedServer(request)
      say(
        "state",
        server.isNone ? "open" : "waits until \(world.label(process: server)) registers the class")
    case .lost: say("state", "lost: who asked was killed")
    case .answered:
      say("state", "answered \(request.result.name)")
      if !request.process.isNone { say("served by", world.label(process: request.process)) }
    }
  }

  /// A registration as the SCM and its own process have it.
  mutating func sayServing(_ registration: World.Registration) {
    guard registration.context.contains(.localServer) else { return }
    say("serves", context.state(registration).text)
    switch registration.scm {
    case nil: say("SCM", "does not know of it")
    case .open: say("SCM", "sends clients here")
    case .suspended: say("SCM", "sends nobody here")
    case .removed: say("SCM", "has forgotten it")
    }
    let locks = world.objects[registration.object]?.implicitLocks ?? 0
    if locks > 0 { say("COM's locks", "\(locks), for clients that have the class object") }
  }

  /// What cannot be known of a packet that was opened in another process.
  mutating func sayCrossing(_ packet: World.Packet) {
    guard packet.kind == .normal, packet.marshaller.isNone, case .opened = packet.state,
      packet.opener.process != packet.maker.process
    else { return }
    say(
      "It was opened in another process. Whether that was the first time cannot be checked: the "
        + "exporter has no call of it, and its references are taken to be there.")
  }
}
