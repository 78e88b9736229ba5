import Trace

/// A building of the cast with the process that it stands for, once that was started.
struct Site: Hashable, Sendable {
  var building: Building
  var process: ProcessID?
  var places: [Place]
  /// A server that has ended with nothing left in it, and another stands after it: it needs one line,
  /// and the others share its lot.
  var isVacated = false

  /// The buildings of the cast in their order, then one line for each process that nobody declared;
  /// none where the cast has rooms only.
  static func all(_ input: PlanInput) -> [Site] {
    guard !input.cast.buildings.isEmpty else { return [] }
    let world = input.world
    var sites = input.cast.buildings.map { building in
      let process = world.process(of: building, in: input.cast)
      return Site(
        building: building, process: process, places: places(building.rooms, of: process, input))
    }
    let known = Set(sites.compactMap(\.process))
    for process in world.processesInOrder where !known.contains(process.id) {
      guard process.isAlive || process.isKilled || input.baseline?.isAlive(process.id) ?? false
      else { continue }
      let building = Building(
        process.launchedFor.isNone ? .client : .server, world.label(process: process.id),
        takesPart: false)
      sites.append(
        Site(
          building: building, process: process.id, places: places([], of: process.id, input)))
    }
    vacate(&sites, world)
    return sites
  }

  /// The last server keeps its lot, whatever came of it: nobody is there who could use that.
  private static func vacate(_ sites: inout [Site], _ world: World) {
    func isEmpty(_ site: Site) -> Bool {
      world.standing(of: site.process) == .ended && !site.places.contains { $0.apartment != nil }
    }
    let servers = sites.indices.filter { index in
      sites[index].building.kind == .server && sites[index].building.takesPart
        && sites[index].process != nil
    }
    let last = servers.last { !isEmpty(sites[$0]) } ?? servers.last
    for index in servers where index != last { sites[index].isVacated = isEmpty(sites[index]) }
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

extension World {
  /// Whether the process is running.
  func isAlive(_ process: ProcessID) -> Bool { processes[process]?.isAlive ?? false }
}
