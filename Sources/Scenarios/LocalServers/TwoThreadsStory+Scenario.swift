import Trace

/// What the four lessons come to.
extension TwoThreads {
  /// A setting of the knobs, with what client B wants.
  struct Plot {
    enum Counting: String {
      case nothing, functions
      case lookAgain = "look-again"
      case objectsOnly = "objects-only"
    }

    let counting: Counting
    /// Whether A's last release is decided on before B's request.
    let isReleaseFirst: Bool
    let wish: Wish

    init(_ knobs: KnobValues, _ wish: Wish) {
      counting = Counting(rawValue: knobs["counting"]) ?? .functions
      isReleaseFirst = knobs["order"] == "release-first"
      self.wish = wish
    }

    var looksAgain: Bool { counting == .lookAgain }

    /// Whether the server counts for itself.
    var isOwn: Bool { counting == .nothing || counting == .lookAgain }

    /// Whether nobody counts B's lock.
    var isHalf: Bool { counting == .objectsOnly && wish == .lockedFactory }

    /// Whether there is no order in which a client is left with something dead.
    var isSafe: Bool { counting != .nothing && !isHalf }

    /// Whether B is, in the order of this plot.
    var forsakesClientB: Bool { !isSafe && isReleaseFirst == (counting == .nothing) }
  }

  // MARK: Steps

  static func steps(_ id: String, _ facts: [String], _ plot: Plot) -> [Step] {
    let all = plot.isReleaseFirst ? releaseFirst(plot) : requestFirst(plot)
    return all.map { step in
      Step(
        "\(id).\(step.key)", step.facts.filter { facts.contains($0) }, when: step.isReached)
    }
  }

  private static func step(
    _ key: String, _ facts: [String] = [], when isReached: @escaping @Sendable (Scene) -> Bool
  ) -> Step {
    Step(key, facts) { isReached(Scene($0)) }
  }

  private static func rooms(_ plot: Plot) -> Step {
    step(plot.isOwn ? "rooms-own" : "rooms", ["O8", "O11"]) {
      $0.passed("client A has a Widget")
    }
  }

  /// The same key with what B wants, where that makes another sentence.
  private static func key(_ key: String, _ plot: Plot) -> String {
    plot.wish == .object ? key : key + "-factory"
  }

  private static func releaseFirst(_ plot: Plot) -> [Step] {
    let start = [
      rooms(plot),
      step(key("queued", plot)) { scene in
        scene.hasCall(for: "main") && scene.hasCall(for: "gadgets") && scene.clientAWaits
      },
    ]
    guard plot.isOwn else { return start + suspension(plot) }
    return start + [
      step("own-zero") { $0.ownCount == 0 },
      step(key("handed-out", plot), ["O6"]) { $0.passed("client B has it") },
      step("told", ["O6"]) { $0.isToldToEnd("gadgets") },
    ] + (plot.looksAgain ? lookingAgain : [gone(plot), dead(plot)])
  }

  private static func gone(_ plot: Plot) -> Step {
    step(key("gone", plot), ["O6", "O13"]) { $0.hasEnded }
  }

  private static func dead(_ plot: Plot) -> Step {
    step(key("dead", plot), ["O6", "O13"]) { $0.isForsaken }
  }

  private static let lookingAgain = [
    step("looked", ["O7"]) { $0.passed("server 1 main looks again") },
    step("stays", ["O7"]) { scene in
      scene.areRevoked && scene.isIdle("main") && scene.isIdle("gadgets")
    },
    step("served", ["O7"]) { $0.hasPainted },
    step("left", ["O7"]) { $0.hasEnded },
  ]

  private static func suspension(_ plot: Plot) -> [Step] {
    [
      step("suspended", ["O9"]) { $0.areSuspended },
      step("refused", ["O10"]) { $0.hasRefused },
      step("launched", ["O10"]) { $0.hasSecondServer && $0.clientBWaitsForServer },
      step(key("got", plot), ["O2"]) { $0.passed("client B has it") },
      step("told-late", ["O12"]) { $0.isToldToEnd("gadgets") },
      step("revoked", ["O10"]) { $0.areRevoked },
      step("ended", ["O10"]) { $0.hasEnded && $0.hasPainted },
    ]
  }

  private static func requestFirst(_ plot: Plot) -> [Step] {
    let start = [
      rooms(plot),
      step(plot.isHalf ? "locked-uncounted" : key(plot.isOwn ? "in-own" : "in", plot), ["O13"]) {
        $0.passed("client B has it")
      },
    ]
    guard !plot.isHalf else {
      return start + [
        step("zero-uncounted", ["O13"]) { $0.areSuspended },
        step("told-uncounted", ["O13"]) { $0.isToldToEnd("gadgets") },
        gone(plot), dead(plot),
      ]
    }
    return start + [
      step("one-left") { $0.passed("client A has let go") },
      step(key("painted", plot), ["O2"]) { $0.hasPainted },
      plot.isOwn
        ? step("last-own") { $0.ownCount == 0 } : step("last", ["O9"]) { $0.areSuspended },
      step("closed", ["O12"]) { $0.hasEnded },
    ]
  }

  // MARK: Questions

  static func questions(_ id: String, _ plot: Plot) -> [Question] {
    let asked: [Question]
    switch (plot.isReleaseFirst, plot.counting) {
    case (true, .nothing): asked = [whoseStep(id)]
    case (true, .lookAgain): asked = [endsOrStays(id)]
    case (true, _): asked = [inWhichOrder(id), whoRevokes(id)]
    case (false, _) where plot.wish == .lockedFactory: asked = [whatCount(id, plot)]
    case (false, _): asked = []
    }
    return asked
  }

  private static func whoseStep(_ id: String) -> Question {
    Question("\(id).whose-step", before: "\(id).told", choices: threads) { world in
      cast.number(of: Scene(world).whoEndsTheLoops, in: world)
    }
  }

  private static func endsOrStays(_ id: String) -> Question {
    Question(
      "\(id).ends", before: "\(id).stays",
      choices: [.init(1, .text("\(id).it-ends")), .init(2, .text("\(id).it-stays"))]
    ) { Scene($0).isIdle("main") || Scene($0).hasPainted ? 2 : 1 }
  }

  /// Where the suspension came with the 0, B cannot lose in either order.
  private static func inWhichOrder(_ id: String) -> Question {
    Question(
      "\(id).which-order", before: "\(id).suspended",
      choices: [
        .init(cast.number(of: "main", in: "server 1"), .text("\(id).main-first")),
        .init(cast.number(of: "gadgets", in: "server 1"), .text("\(id).gadgets-first")),
        .init(Question.nobody, .text("\(id).neither")),
      ]
    ) { world in
      Scene(world).wereSuspended ? Question.nobody : cast.number(of: "main", in: "server 1")
    }
  }

  private static func whoRevokes(_ id: String) -> Question {
    Question("\(id).who-revokes", before: "\(id).revoked", choices: threads) { world in
      cast.number(of: Scene(world).whoRevokes("Gadget"), in: world)
    }
  }

  private static func whatCount(_ id: String, _ plot: Plot) -> Question {
    Question(
      "\(id).what-count", before: "\(id).\(plot.isHalf ? "zero-uncounted" : "one-left")",
      choices: [.init(1, .text("\(id).zero")), .init(2, .text("\(id).one"))]
    ) { Int(Scene($0).count) + 1 }
  }

  private static let threads = cast.choices(("main", "server 1"), ("gadgets", "server 1"))
}

extension TwoThreads {
  /// What these lessons ask of a World: of server 1, and of the two clients.
  struct Scene {
    let world: World

    init(_ world: World) { self.world = world }

    private static let server = "server 1"

    func passed(_ mark: String) -> Bool { world.passed(mark) }

    // MARK: Threads of server 1

    /// What waits for the thread; nothing before it has a room.
    private func queue(of thread: String) -> [World.Message] {
      let room = world.thread(thread, of: Self.server)?.apartment
      return world.apartments[room ?? .none]?.queue ?? []
    }

    func hasCall(for thread: String) -> Bool { queue(of: thread).contains { $0.kind == .call } }

    /// Whether the end of its loop waits for the thread.
    func isToldToEnd(_ thread: String) -> Bool {
      queue(of: thread).contains { $0.kind == .quit }
    }

    /// Whoever put that there.
    var whoEndsTheLoops: ThreadID {
      queue(of: "gadgets").first { $0.kind == .quit }?.from ?? .none
    }

    func isIdle(_ thread: String) -> Bool { world.isIdle(thread, of: Self.server) }

    var hasEnded: Bool { world.process(named: Self.server)?.isAlive == false }

    // MARK: Its count

    /// What it counts for itself; nil where it does not, or has not begun.
    var ownCount: Int64? {
      guard let server = world.process(named: Self.server)?.id else { return nil }
      return world.cellsInOrder.first { $0.lastWriter.processID == server }?.value
    }

    var count: Int64 { ownCount ?? Int64(world.serverCount(of: Self.server) ?? 0) }

    // MARK: Its class objects

    private var registrations: [World.Registration] {
      ["Widget", "Gadget"].compactMap { world.registration(of: $0, in: Self.server) }
    }

    /// Whether nothing keeps the server and both are suspended, as the SCM knows too.
    var areSuspended: Bool {
      world.serverCount(of: Self.server) == 0 && registrations.count == 2
        && registrations.allSatisfy { $0.isSuspended && $0.scm == .suspended }
    }

    /// The same, also once they are revoked.
    var wereSuspended: Bool {
      registrations.count == 2 && registrations.allSatisfy(\.isSuspended)
    }

    var areRevoked: Bool { registrations.count == 2 && registrations.allSatisfy(\.isRevoked) }

    /// The thread that is revoking that class.
    func whoRevokes(_ name: String) -> ThreadID {
      let room = world.registration(of: name, in: Self.server)?.apartment
      return world.threadsInOrder.first { $0.apartment == room && room != nil }?.id ?? .none
    }

    /// Whether COM did not let somebody in, because the server stops.
    var hasRefused: Bool { world.refusals.contains { $0.result == .CO_E_SERVER_STOPPING } }

    // MARK: Elsewhere

    var hasSecondServer: Bool { world.process(named: "server 2") != nil }

    /// Whether client B waits for a server to register what it wants.
    var clientBWaitsForServer: Bool {
      guard case .waiting(.scm) = world.thread("main", of: "client B")?.activity else {
        return false
      }
      return true
    }

    /// Whether client A waits for the answer to a call: its release.
    var clientAWaits: Bool { world.waitsForReply("main", of: "client A") }

    var hasPainted: Bool { world.returns(of: "Paint") > 0 }

    /// Whether client B has something of a server that is gone: its calls say so.
    var isForsaken: Bool {
      ["Paint", "CreateInstance"].contains { method in
        world.calls(of: method, from: "client B").contains { call in
          call.state == .returned && call.result.isFailure
        }
      }
    }
  }
}
