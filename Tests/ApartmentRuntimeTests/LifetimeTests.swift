import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// References, their holders, and what happens to those who get them wrong.
@Suite struct LifetimeTests {
  /// What B does to A's field while A's call through it runs.
  enum Mischief: String, Sendable, CaseIterable {
    case drop, replace, read, all
  }

  @Test(
    "a call back may drop, replace and read the field that is being called through",
    arguments: Mischief.allCases, [Coinit?.none, .apartmentThreaded, .multithreaded])
  func reentrancy(_ mischief: Mischief, _ model: Coinit?) {
    let run = run { program in
      // In the same apartment (nil) the calls are direct, in another they go through proxies.
      let handover = model.map { model in
        program.server(IPartner.self, model) { try Partner("B") }
      }
      program.thread("A", .apartmentThreaded) {
        let a = try Partner("A") { (partner, depth) throws(HResult) in
          guard depth == 0 else { return }
          if mischief == .read || mischief == .all { _ = try partner.other.pointer().ping(0) }
          if mischief == .replace || mischief == .all {
            partner.other.set(ComPtr<IPartner>(try Partner("C")))
          }
          if mischief == .drop || mischief == .all { partner.other.clear() }
        }
        let mine = ComPtr<IPartner>(a)
        do {
          let b = try handover?.open() ?? ComPtr<IPartner>(try Partner("B"))
          try b.meet(mine.copy().detach())
          try mine.meet(b.detach())
        }
        // A calls B through the field, B calls A back with 0, which does the mischief.
        try program.note("depth", mine.ping(2))
        if !a.other.isEmpty { try mine.meet(ComPtr<IPartner>(try Partner("nobody")).detach()) }
      }
    }
    #expect(run["depth"] == "2")
    #expect(run.world.misuses.isEmpty)
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  @Test("every reference has a holder by name, and moving it is told")
  func holders() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let field: ComField<ICounter> = program.field("Package.m_counter")
        let counter = ComPtr<ICounter>(try Counter(), as: "local")
        program.kernel.mark("made")
        let stream = try coMarshalInterThreadInterfaceInStream(
          ICounter.self, counter, as: "m_pStream")
        field.set(counter)
        program.kernel.mark("moved")
        let back = try coGetInterfaceAndReleaseStream(stream, ICounter.self, as: "back")
        program.kernel.mark("opened")
        _ = consume back
        field.clear()
      }
    }
    func holders(at mark: String) -> [String] {
      let world = run.world(at: mark)
      return world.holders(of: run.component()?.id ?? .none).map { reference in
        switch reference.holder {
        case .named(let name): world[name]
        case .stub(let id): "stub \(id)"
        default: "\(reference.holder)"
        }
      }
    }
    #expect(holders(at: "made") == ["local"])
    #expect(holders(at: "moved") == ["Package.m_counter", "stub 1"])
    #expect(holders(at: "opened") == ["Package.m_counter", "back"])
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  @Test("S7: a stream that was released already is released twice by a field that was not detached")
  func streamReleasedTwice() {
    for detaches in [true, false] {
      let run = run { program in
        let handover = program.server(ICounter.self) { try Counter() }
        program.thread("client", .multithreaded) {
          try waitForSingleObject(.signal(handover.ready))
          let field: ComField<IStream> = program.field("Package.m_pSPStream")
          field.copy(try handover.stream.pointer())
          handover.stream.clear()
          try field.pointer().seek(to: 0)
          let counter = try coGetInterfaceAndReleaseStream(field, ICounter.self)
          try program.note("value", counter.increment())
          if detaches { field.detach() } else { field.clear() }
          program.note("empty", field.isEmpty)
        }
      }
      #expect(run["value"] == "1")
      #expect(run["empty"] == "true")
      let misuses = run.world.misuses
      #expect(misuses.map(\.use) == (detaches ? [] : [.release]))
      #expect(misuses.allSatisfy { run.world.objects[$0.object]?.role == .stream })
      if case .named(let name)? = misuses.first?.holder {
        #expect(run.world[name] == "Package.m_pSPStream")
      }
    }
  }

  @Test("a reference that is given back twice is told, and takes nobody else's")
  func doubleRelease() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let object = try Counter()
        let holder = Holder.named(program.kernel.name("careless"))
        let counter = ComPtr<ICounter>(object)
        let reference = object.addRef(by: holder)
        program.note("first", object.release(reference, by: holder))
        program.note("second", object.release(reference, by: holder))
        program.note("alive", object.count)
        _ = consume counter
        program.note("third", object.release(reference, by: holder))
        program.note("addRef") { object.addRef(by: holder) }
        program.note("dead", object.isDead)
      }
    }
    #expect(run["first"] == "1")
    #expect(run["second"] == "1")
    #expect(run["alive"] == "1")
    #expect(run["third"] == "0")
    #expect(run["dead"] == "true")
    #expect(run.world.misuses.map(\.use) == [.release, .release, .addRef])
  }

  @Test("a tombstone answers every use with CO_E_RELEASED, and tells it")
  func tombstone() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        let stream = createStream()
        let (raw, rawStream) = (counter.raw, stream.raw)
        _ = consume counter
        _ = consume stream
        program.note("call") { try raw.increment() }
        program.note("query") { _ = try raw.query(IUnknown.self) }
        program.note("marshal") {
          _ = try coMarshalInterThreadInterfaceInStream(ICounter.self, raw)
        }
        program.note("seek") { try rawStream.seek(to: 0) }
        program.note("unmarshal") { _ = try coUnmarshalInterface(rawStream, ICounter.self) }
        program.note("release") { try coReleaseMarshalData(rawStream) }
        program.note("lock") { try coLockObjectExternal(raw, lock: true) }
      }
    }
    for use in ["call", "query", "marshal", "seek", "unmarshal", "release", "lock"] {
      #expect(run[use] == "CO_E_RELEASED", "\(use)")
    }
    #expect(run.world.misuses.count == 7)
    #expect(run.world.stubs.isEmpty)
  }

  /// Marshals another object while it is destroyed.
  final class Clinging: ComObject {
    override class var interfaces: [any ComInterface.Type] { [] }
    private let program: Program

    init(_ program: Program) throws(HResult) {
      self.program = program
      try super.init(name: "Clinging")
    }

    override func finalRelease() {
      program.note("marshal") {
        let counter = ComPtr<ICounter>(try Counter())
        _ = try coMarshalInterThreadInterfaceInStream(ICounter.self, counter)
      }
      program.note("lock") { try coLockObjectExternal(ComPtr<ICounter>(try Counter()), lock: true) }
    }
  }

  @Test(
    "an apartment that ends makes no new stubs",
    arguments: [Coinit.apartmentThreaded, .multithreaded])
  func noStubsAtEnd(_ model: Coinit) {
    weak var process: ComProcess?
    let run = run { program in
      process = program.process
      program.thread("main", model) {
        try coLockObjectExternal(ComPtr<IUnknown>(try Clinging(program)), lock: true)
      }
    }
    #expect(run["marshal"] == "CO_E_NOTINITIALIZED")
    #expect(run["lock"] == "CO_E_NOTINITIALIZED")
    #expect(run.world.stubsInOrder.map(\.state) == [.disconnected])
    #expect(process == nil)
  }

  @Test(
    "an object that a call releases last ends after the call, on its own thread",
    arguments: schedules)
  func releasedInCall(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let (entered, released) = (program.signal(), program.signal())
      let handover = program.server(ICounter.self) {
        try Gate(open: entered, waitFor: released)
      }
      let proxy: ComField<ICounter> = program.field("cache")
      program.thread("caller", .multithreaded) {
        proxy.set(try handover.open())
        try program.note("value", proxy.pointer().increment())
      }
      program.thread("other", .multithreaded) {
        try waitForSingleObject(.signal(entered))
        released.set()
        proxy.clear()
      }
    }
    #expect(run["value"] == "1")
    #expect(run.destroyer(of: "Gate") == "server")
    #expect(run.world.misuses.isEmpty)
  }
}
