import Trace

/// Builds Worlds by folding events, one call a line, and keeps the World after each.
struct Story {
  private(set) var world = World()
  private(set) var worlds: [World] = [World()]
  private var names: [String: Name] = [:]
  private var blobs: UInt32 = 0

  /// A process with its name; processes are numbered from 1.
  init(process: String = "shell") {
    tell(.none, .processStarted(ProcessID(1), name: name(process)))
  }

  mutating func name(_ text: String) -> Name {
    if let known = names[text] { return known }
    let name = Name(UInt32(names.count + 1))
    names[text] = name
    for piece in Chunk.pieces(of: Array(text.utf8)) { tell(.none, .text(name, piece)) }
    return name
  }

  mutating func blob(_ bytes: [UInt8]) -> Blob {
    blobs += 1
    for piece in Chunk.pieces(of: bytes) { tell(.none, .bytes(Blob(blobs), piece)) }
    return Blob(blobs)
  }

  mutating func tell(
    _ thread: ThreadID, at place: (file: String, line: UInt32)? = nil, _ kind: EventKind
  ) {
    let file = place.map { name($0.file) } ?? .none
    world.apply(
      Event(n: world.position, thread: thread, file: file, line: place?.line ?? 0, kind))
    worlds.append(world)
  }

  /// The thread goes on: a choice of the strategy.
  mutating func pick(_ thread: ThreadID, _ runnable: [Int] = Array(0..<8)) {
    var set = ThreadSet()
    for slot in runnable { set.insert(slot: slot) }
    tell(thread, .choice(runnable: set, point: .wait))
  }

  mutating func start(_ thread: ThreadID, _ text: String, slot: UInt8) {
    let name = name(text)
    tell(thread, .threadStarted(name: name, slot: slot, origin: .program))
    pick(thread)
  }

  mutating func build(
    _ apartment: ApartmentID, _ kind: ApartmentKind, by thread: ThreadID, isMain: Bool = false,
    startedBy: ThreadOrigin = .program
  ) {
    tell(thread, .apartmentCreated(apartment, kind, isMain: isMain, startedBy: startedBy))
    tell(thread, .apartmentEntered(apartment, .explicit, count: 1))
  }
}
