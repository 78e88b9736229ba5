import ApartmentRuntime
import ThreadKernel
import Trace

/// How the servers of a run are written: the first one, and all others.
struct StartPlan: Sendable {
  /// What the servers have in common but for a word or two.
  struct Edition: Hashable, Sendable {
    /// One thread, or any number.
    var model = Coinit.multithreaded
    /// Whether it opens all its classes at once.
    var isSuspended = false

    /// What is counted and measured stands under it: `3 one by one`.
    func name(_ classes: Int) -> String {
      "\(classes) " + (isSuspended ? "suspended" : "one by one")
    }
  }

  /// A class of the servers.
  struct Class: Sendable {
    let clsid: GUID
    let name: String
  }

  var first = Edition()
  var others = Edition()
  /// How often client A uses a Widget: each time it brings a server up.
  var visits = 1
  var classes = Self.classes(3)

  func edition(of server: String) -> Edition { server == "server 1" ? first : others }

  /// The class that is registered last.
  var last: Class { classes[classes.count - 1] }

  /// As many classes as one likes; the first is Widget.
  static func classes(_ count: Int) -> [Class] {
    let names = ["Widget", "Gadget", "Gizmo"]
    return (0..<count).map { index in
      var clsid = WidgetClass.widget
      clsid.data1 += UInt32(index)
      return Class(
        clsid: clsid, name: index < names.count ? names[index] : "Class \(index + 1)")
    }
  }

  /// What the machine has on its disk for these lessons.
  var programs: [Program] {
    [
      Program("widgets.exe") { [self] stage throws(HResult) in
        try ServerStart.server(stage, self)
      },
      Program("client.exe") { [self] stage throws(HResult) in
        try ServerStart.clientB(stage, self)
      },
    ]
  }

  var entries: [ClassEntry] {
    classes.map { ClassEntry($0.clsid, $0.name, localServer: "widgets.exe") }
  }

  // MARK: The plan of the screen

  var cast: Cast {
    let second: [Cast.Building] =
      hasSecondServer ? [.server("server 2", rooms: [room(others)])] : []
    return Cast(
      buildings: [
        .client("client A"), .client("client B"),
        .server("server 1", rooms: [room(first)]), .scm,
      ] + second)
  }

  /// Whether a second server comes up: for A's second visit, or for B, whom the first does not serve.
  var hasSecondServer: Bool { visits > 1 || (!edition(of: server).isSuspended && !hasRace) }

  private func room(_ edition: Edition) -> Cast.Room {
    edition.model == .apartmentThreaded ? .sta("main") : .mta("main")
  }

  // MARK: The lessons' own order

  /// The server of client A's last visit.
  var server: String { "server \(visits)" }

  var order: [OrderConstraint] {
    let first = (1..<visits).map { visit in
      OrderConstraint("server \(visit) has ended", before: "A asks \(visit + 1)")
    }
    return first + hurry
      + (edition(of: server).isSuspended ? orderOfGuests : hasRace ? orderOfRace : orderOfLate)
  }

  /// Client A has all that it wants before the server goes on: where that is possible.
  private var hurry: [OrderConstraint] {
    (1...visits).filter { !edition(of: "server \($0)").isSuspended }.map { visit in
      OrderConstraint("A has let go \(visit)", before: "server \(visit) has Widget")
    }
  }

  /// B comes once the door is open, and stays longer than A.
  private var orderOfGuests: [OrderConstraint] {
    [
      .init("\(server) enters its loop", before: "B asks"),
      .init("B has it", before: "A lets go \(visits)"),
      .init("A has let go \(visits)", before: "B paints"),
    ]
  }

  /// B comes when all is over.
  private var orderOfLate: [OrderConstraint] { [.init("\(server) has ended", before: "B asks")] }

  /// B comes in when the last class is there, to a server that has stopped before it was ready.
  private var orderOfRace: [OrderConstraint] {
    [
      .init("\(server) has \(last.name)", before: "B asks"),
      .init("B has it", before: "\(server) enters its loop"),
      .init("\(server) has ended", before: "B paints"),
    ]
  }

  /// Whether a client can come in after the count was 0. A server of one thread has no such moment.
  var hasRace: Bool {
    let edition = edition(of: server)
    return !edition.isSuspended && edition.model == .multithreaded && classes.count > 1
  }
}
