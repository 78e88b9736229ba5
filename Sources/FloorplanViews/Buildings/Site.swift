import Trace

/// A building of the cast with the process that it stands for, once that was started.
struct Site: Hashable, Sendable {
  var building: Building
  var process: ProcessID?
  var places: [Place]
  /// A server that has ended with nothing left in it, and another stands after it: it needs one line,
  /// and the others share its lot.
  var isVacated = false

  /// The buildings of the cast in their order, then one line for each process that nobody declared; a
  /// server has a lot where those of the cast need theirs no more. None where the cast has rooms only.
  static func all(_ input: PlanInput) -> [Site] {
    guard !input.cast.buildings.isEmpty else { return [] }
    let world = input.world
    var sites = input.cast.buildings.map { building in
      let process = world.process(of: building, in: input.cast)
      return Site(
        building: building, process: process, places: places(building.rooms, of: process, input))
    }
    let known = Set(sites.compactMap(\.process))
    let declared = sites.filter { $0.building.kind == .server && $0.building.takesPart }
    let isFree = !declared.isEmpty && declared.allSatisfy { $0.isEmpty(in: world) }
    let others = world.processesInOrder.filter { !known.contains($0.id) }
    // Of those that have ended the last one of each kind stays: what is told just now is about it.
    let latest = [Building.Kind.client, .server].compactMap { kind in
      others.last { Building.Kind(of: $0) == kind }?.id
    }
    for process in others {
      guard
        process.isAlive || process.isKilled || latest.contains(process.id)
          || input.baseline?.isAlive(process.id) ?? false
      else { continue }
      let kind = Building.Kind(of: process)
      let building = Building(
        kind, world.label(process: process.id), takesPart: kind == .server && isFree)
      sites.append(
        Site(
          building: building, process: process.id, places: places([], of: process.id, input)))
    }
    vacate(&sites, world)
    return sites
  }

  /// The last server keeps its lot, whatever came of it: nobody is there who could use that.
  private static func vacate(_ sites: inout [Site], _ world: World) {
    let servers = sites.indices.filter { index in
      sites[index].building.kind == .server && sites[index].building.takesPart
        && sites[index].process != nil
    }
    let last = servers.last { !sites[$0].isEmpty(in: world) } ?? servers.last
    for index in servers where index != last {
      sites[index].isVacated = sites[index].isEmpty(in: world)
    }
  }

  /// Whether its process has ended, and there was nothing of it any more before the last step.
  private func isEmpty(in world: World) -> Bool {
    world.standing(of: process) == .ended && !places.contains { $0.apartment != nil }
  }

  private static func places(
    _ rooms: [Room], of process: ProcessID?, _ input: PlanInput
  ) -> [Place] {
    let own = rooms.map { room in
      var room = room
      room.process = UInt16(clamping: process?.number ?? 0)
      return room
    }
    guard let process else { return own.map { Place(room: $0, apartment: nil) } }
    let apartments = input.world.apartmentsInOrder.filter { $0.process == process }
    return RoomMatching.match(own, with: apartments, input)
  }
}

extension Building.Kind {
  /// A process that the SCM started is a server.
  fileprivate init(of process: World.Process) {
    self = process.launchedFor.isNone ? .client : .server
  }
}

extension World {
  /// Whether the process is running.
  func isAlive(_ process: ProcessID) -> Bool { processes[process]?.isAlive ?? false }
}
