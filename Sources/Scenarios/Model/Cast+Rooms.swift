import Trace

/// The rooms of the in-process lessons.
extension Cast.Room {
  /// The main STA where it takes no part: one line.
  static let quietMain = Self(
    .singleThreaded, "main STA", ["main"], .left, isMain: true, takesPart: false)

  /// Another STA of the program's.
  static func desk(_ side: Cast.Side) -> Self {
    Self(.singleThreaded, "desk's STA", ["desk"], side)
  }

  /// The MTA with its threads.
  static func multithreaded(_ threads: [String], _ side: Cast.Side) -> Self {
    Self(.multithreaded, "MTA", threads, side)
  }

  /// The STA that COM starts for apartment-threaded objects of MTA clients.
  static func hostSTA(_ side: Cast.Side, isMain: Bool = false) -> Self {
    Self(
      .singleThreaded, isMain ? "host STA · main" : "host STA · started by COM", ["host"], side,
      isMain: isMain)
  }

  /// The MTA that COM starts for free-threaded objects of STA clients.
  static func hostMTA(_ side: Cast.Side) -> Self {
    Self(.multithreaded, "host MTA · started by COM", ["host"], side)
  }

  /// The neutral apartment.
  static func neutral(_ side: Cast.Side) -> Self {
    Self(.neutral, "neutral apartment", [], side)
  }
}
