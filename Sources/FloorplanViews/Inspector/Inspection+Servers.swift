import TerminalUI
import Trace

/// Classes, modules, class objects, and the global interface table.
extension Inspection {
  mutating func inspect(server thing: Selectable) {
    switch thing {
    case .registeredClass(let id): world.classes[id].map { inspect(ofClass: $0) }
    case .module(let id): world.modules[id].map { inspect(module: $0) }
    case .registration(let id): world.registrations[id].map { inspect(registration: $0) }
    case .global(let id): world.globals[id].map { inspect(global: $0) }
    default: break
    }
  }

  private mutating func inspect(ofClass entry: World.RegisteredClass) {
    title = "class \(context.label(entry.id))"
    if !entry.program.isNone { say("program", world[entry.program]) }
    if entry.program.isNone || !entry.module.isNone {
      say("module", entry.module.isNone ? "none: not in the registry" : world[entry.module])
      say("model", entry.modelText.isNone ? "no ThreadingModel" : world[entry.modelText])
      say(Self.placement(entry.model))
    }
    for registration in world.registrationsInOrder where registration.ofClass == entry.id {
      let state = registration.isRevoked ? "revoked" : "registered"
      say("class object", "\(state) in \(context.label(registration.apartment))")
    }
    for activation in world.activations.suffix(40) where activation.ofClass == entry.id {
      let got =
        activation.result.isFailure
        ? activation.result.name
        : "\(context.label(activation.object)) in \(context.label(activation.home))"
      say("asked for", "by \(context.label(activation.client)): \(got)")
    }
  }

  /// Where objects of a class with that model live.
  static func placement(_ model: ThreadingModel) -> String {
    switch model {
    case .absent: "Its objects live in the main STA, whoever asks."
    case .apartment: "Its objects live in the STA that asks; for others COM has a host STA."
    case .both: "Its objects live where they are asked for."
    case .free: "Its objects live in the MTA."
    case .neutral: "Its objects live in the neutral apartment."
    case .invalid: "No such model: COM refuses to make its objects."
    }
  }

  private mutating func inspect(module: World.Module) {
    title = context.label(module.id)
    let old = context.baseline?.modules[module.id]
    switch module.state {
    case .loaded: say("state", "loaded by \(context.label(module.loader))")
    case .candidate(let due):
      say("state", "unused: goes at \(context.moment(due)), if it is unused still")
    case .unloaded: say("state", StyledText("unloaded", .warning))
    }
    say("objects", context.count(module.objects, was: old?.objects))
    say("locks", context.count(module.locks, was: old?.locks))
    let classes = world.classesInOrder.filter { $0.module == module.name }
    say("classes", classes.map { context.label($0.id) }.joined(separator: ", "))
    for run in world.unloadedRuns where run.module == module.id {
      let text = "! \(context.label(run.thread)) ran \(world[run.method]) after it was gone"
      say("", StyledText(text, .error))
    }
  }

  private mutating func inspect(registration: World.Registration) {
    title = "class object of \(context.label(registration.ofClass))"
    say("object", context.label(registration.object))
    say("in", context.label(registration.apartment))
    say("state", registration.isRevoked ? "revoked" : "registered")
    sayServing(registration)
    say("context", Self.names(registration.context))
    switch registration.use {
    case .singleUse: say("use", "single: for one client")
    case .multipleUse: say("use", "multiple: for all clients")
    case .multiSeparate: say("use", "multiple, and apart from the in-process one")
    }
  }

  private static func names(_ context: ClassContext) -> String {
    let names: [(ClassContext, String)] = [
      (.inprocServer, "INPROC_SERVER"), (.inprocHandler, "INPROC_HANDLER"),
      (.localServer, "LOCAL_SERVER"), (.remoteServer, "REMOTE_SERVER"),
    ]
    let found = names.filter { context.contains($0.0) }.map(\.1)
    return found.isEmpty ? "none" : found.joined(separator: ", ")
  }

  private mutating func inspect(global: World.Global) {
    title = "cookie \(global.id)"
    say("stands for", context.label(global.packet))
    say("from", context.label(global.apartment))
    say("state", global.isRevoked ? "revoked" : "in the global interface table")
    if let object = world.packets[global.packet]?.object, !object.isNone {
      say("object", context.label(object))
    }
  }

  /// What it is a part of, what parts it has, and where its code is.
  mutating func sayParts(of object: World.Object) {
    if !object.outer.isNone { say("part of", context.label(object.outer)) }
    for part in context.index.parts[object.id, default: []] {
      say("consists of", world[part.name])
    }
    if !object.module.isNone { say("code in", context.label(object.module)) }
  }
}
