import Trace

/// What there is to draw of in-process servers, made once a frame.
struct ServerIndex: Sendable {
  /// Classes of the registry. One that is only registered at run time is seen by its class object.
  let classes: [World.RegisteredClass]
  /// Modules that are loaded, or have just gone, or whose code still runs.
  private(set) var modules: [World.Module] = []
  private(set) var registrations: [World.Registration] = []
  /// The same, by class object.
  private(set) var classObjects: [ObjectID: [World.Registration]] = [:]
  private(set) var globals: [World.Global] = []
  /// Packets that stand in the global interface table: they have no line of their own.
  private(set) var tablePackets: Set<PacketID> = []
  /// A thread that runs code of a module, by module.
  private(set) var threadsInside: [ModuleID: ThreadID] = [:]
  /// Calls of which there is more to say than that they are under way, by caller.
  private(set) var specialCalls: [ThreadID: [World.Call]] = [:]

  /// How many of the last calls are looked at.
  private static let reach: UInt32 = 64

  init(_ world: World, baseline: World?) {
    classes = world.classesInOrder.filter { !$0.module.isNone }
    registrations = world.registrationsInOrder.filter { registration in
      !registration.isRevoked || baseline?.registrations[registration.id]?.isRevoked == false
    }
    for registration in registrations {
      classObjects[registration.object, default: []].append(registration)
    }
    globals = world.globalsInOrder.filter { global in
      !global.isRevoked || baseline?.globals[global.id]?.isRevoked == false
    }
    tablePackets = Set(globals.map(\.packet))
    findThreadsInside(world)
    modules = world.modulesInOrder.filter { module in
      module.state != .unloaded || threadsInside[module.id] != nil
        || (baseline != nil && baseline?.modules[module.id]?.state != .unloaded)
    }
    findCalls(world, baseline)
  }

  private mutating func findThreadsInside(_ world: World) {
    guard !world.modules.isEmpty else { return }
    for thread in world.threadsInOrder where thread.activity != .ended {
      for frame in thread.frames {
        guard case .method(let object, _, _) = frame.kind,
          let module = world.objects[object]?.module, !module.isNone
        else { continue }
        threadsInside[module] = threadsInside[module] ?? thread.id
      }
    }
    // What a thread ran although it was gone is in no frame any more when it returns.
    for run in world.unloadedRuns where threadsInside[run.module] == nil {
      if world.threads[run.thread]?.activity != .ended { threadsInside[run.module] = run.thread }
    }
  }

  private mutating func findCalls(_ world: World, _ baseline: World?) {
    // Numbers may be missing: a call whose arguments could not be packed has burnt its own.
    let last = world.calls.keys.max()?.number ?? 0
    guard last > 0 else { return }
    for number in (last - min(last, Self.reach) + 1)...last {
      guard let call = world.calls[CallID(number)] else { continue }
      let hasJustReturned =
        baseline != nil && baseline?.calls[call.id]?.isOver != true
        && (call.isCancelled || call.rejections > 0) && call.result.isFailure
      let isShown =
        call.isOver
        ? hasJustReturned : call.state == .rejected || call.isCancelled || call.isAsynchronous
      if isShown { specialCalls[call.caller, default: []].append(call) }
    }
  }
}
