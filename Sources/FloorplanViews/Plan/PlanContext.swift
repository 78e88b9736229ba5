import TerminalUI
import Trace

/// What every row of a frame is written from.
struct PlanContext: Sendable {
  let world: World
  let baseline: World?
  let cast: Cast
  let selection: Selectable?
  let index: PlanIndex
  let detail: Detail
  /// The processes and the SCM, where the cast has buildings.
  let sites: [Site]
  /// The rooms with the apartments that they show.
  let places: [Place]
  /// What stands before each thread's name: the key that steps it.
  let numbers: ThreadNumbers
  /// The numbers that the operating system gave to processes, of a live run.
  let systemNumbers: [ProcessID: Int32]
  /// What the cast calls the apartments that it declares.
  let labels: [ApartmentID: String]

  init(_ input: PlanInput, detail: Detail) {
    world = input.world
    baseline = input.baseline
    cast = input.cast
    selection = input.selection
    self.detail = detail
    index = PlanIndex(world, baseline: baseline)
    sites = Site.all(input)
    places = sites.isEmpty ? RoomMatching.places(input) : sites.flatMap(\.places)
    numbers = ThreadNumbers(world, cast)
    systemNumbers = input.systemNumbers
    labels = Dictionary(
      places.compactMap { place in
        place.room.label.isEmpty ? nil : place.apartment.map { ($0, place.room.name) }
      },
      uniquingKeysWith: { first, _ in first })
  }

  /// A number with what it was at the previous step: `1→0`, marked; `0` where nothing changed.
  func count(_ new: Int64, was old: Int64?) -> StyledText {
    guard baseline != nil, let old, old != new else { return StyledText(String(new)) }
    return StyledText("\(old)→\(new)", .changed)
  }

  func count(_ new: UInt32, was old: UInt32?) -> StyledText {
    count(Int64(new), was: old.map(Int64.init))
  }

  /// NEW for what the previous step had not got.
  func newMark(_ isNew: Bool) -> StyledText {
    baseline != nil && isNew ? StyledText("NEW", .changed) : ""
  }

  func wasThere(_ object: ObjectID) -> Bool { baseline?.objects[object] != nil }
}
