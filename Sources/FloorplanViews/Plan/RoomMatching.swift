import Trace

/// A room of the plan and the apartment that it shows, if that has been built.
struct Place: Hashable, Sendable {
  var room: Room
  var apartment: ApartmentID?
}

/// Finds the room of each apartment.
enum RoomMatching {
  /// The declared rooms in their order, then one for each apartment that nobody declared.
  static func places(_ input: PlanInput) -> [Place] {
    match(input.cast.rooms, with: input.world.apartmentsInOrder, input)
  }

  /// Finds the places of these apartments among these rooms.
  static func match(
    _ rooms: [Room], with apartments: [World.Apartment], _ input: PlanInput
  ) -> [Place] {
    var places = rooms.map { Place(room: $0, apartment: nil) }
    var open = apartments.filter { apartment in
      apartment.isAlive || input.baseline?.apartments[apartment.id]?.isAlive ?? false
    }
    // A living apartment comes before one that has just ended, whose place it may take.
    open.sort { ($1.isAlive ? 1 : 0, $0.id) < ($0.isAlive ? 1 : 0, $1.id) }
    let namesOfThreads = threadNames(input)
    func take(_ fits: (Room, World.Apartment) -> Bool) {
      open.removeAll { apartment in
        let index = places.firstIndex { place in
          place.apartment == nil && place.room.process == UInt16(clamping: apartment.process.number)
            && place.room.kind == apartment.kind && fits(place.room, apartment)
        }
        guard let index else { return false }
        places[index].apartment = apartment.id
        return true
      }
    }
    if !places.isEmpty {
      take { room, apartment in
        apartment.kind == .multithreaded
          || !namesOfThreads[apartment.id, default: []].isDisjoint(with: room.threads)
      }
      take { room, apartment in room.isMain == apartment.isMain }
    }
    return places + undeclared(open, after: places)
  }

  private static func threadNames(_ input: PlanInput) -> [ApartmentID: Set<String>] {
    var names: [ApartmentID: Set<String>] = [:]
    for world in [input.world, input.baseline].compactMap(\.self) {
      for thread in world.threads.values where !thread.apartment.isNone {
        names[thread.apartment, default: []].insert(world[thread.name])
      }
    }
    return names
  }

  /// Rooms for the rest, to the side that has fewer. They are called as the World calls them.
  private static func undeclared(_ apartments: [World.Apartment], after places: [Place]) -> [Place]
  {
    var left = places.count { $0.room.side == .left && $0.room.takesPart }
    var right = places.count { $0.room.side == .right && $0.room.takesPart }
    return apartments.sorted { $0.id < $1.id }.map { apartment in
      let side: Room.Side = left <= right ? .left : .right
      if side == .left { left += 1 } else { right += 1 }
      let room = Room(
        apartment.kind, "", process: UInt16(clamping: apartment.process.number), side: side,
        isMain: apartment.isMain)
      return Place(room: room, apartment: apartment.id)
    }
  }
}
