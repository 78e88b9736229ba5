import Testing
import Trace

@testable import ApartmentRuntime

/// The SCM's decisions, alone: no process, no thread, no clock.
@Suite struct ScmStateTests {
  typealias Effect = ScmState.Effect

  static let first: GUID = "A1F00E01-0000-4000-8000-F100F1A00001"
  static let second: GUID = "A1F00E02-0000-4000-8000-F100F1A00001"

  /// Clients are processes 1 to 9, servers 11 and up.
  static func client(_ process: UInt16) -> ThreadID {
    ThreadID(process: process, number: 1)
  }

  /// A state, and what it has said so far.
  struct Scm {
    var state = ScmState()
    var effects: [Effect] = []

    /// What was said since the last look.
    mutating func news() -> [Effect] {
      defer { effects = [] }
      return effects
    }

    mutating func activate(
      _ request: UInt32, _ clsid: GUID = first, by process: UInt16 = 1,
      refusedBy: RefusingClass? = nil, program: ScmState.Program = .there("x.exe")
    ) -> ScmAnswer {
      state.activate(
        RequestID(request), clsid, by: client(process), refusedBy: refusedBy, program: program,
        &effects)
    }

    mutating func launched(_ process: UInt32?, for request: UInt32) {
      state.launched(process.map { ProcessID($0) }, for: RequestID(request), &effects)
    }

    /// A server registers a class; its number is that of its registration and its apartment.
    mutating func register(
      _ number: UInt32, of process: UInt16, _ clsid: GUID = first, _ use: ClassUse = .multipleUse,
      change: UInt32 = 0
    ) {
      state.register(
        offer(number, process, clsid, use), of: ProcessID(UInt32(process)), change: change,
        &effects)
      state.serveWaiting(&effects)
    }

    mutating func resume(_ offers: [OfferedClass], of process: UInt32, change: UInt32) {
      state.resume(offers, of: ProcessID(process), change: change, &effects)
      state.serveWaiting(&effects)
    }

    mutating func suspend(_ process: UInt32, change: UInt32) {
      state.suspend(ProcessID(process), change: change, &effects)
    }

    mutating func revoke(_ number: UInt32, of process: UInt32) {
      state.revoke(RegistrationID(number), of: ProcessID(process), &effects)
    }

    mutating func isGone(_ process: UInt32) { state.isGone(ProcessID(process), &effects) }

    mutating func collect(_ request: UInt32, by process: UInt16 = 1) -> ScmAnswer {
      state.collect(RequestID(request), by: client(process))
    }

    mutating func giveUp(_ request: UInt32, by process: UInt16 = 1) -> ScmAnswer {
      state.giveUp(RequestID(request), by: client(process), &effects)
    }
  }

  static func offer(
    _ number: UInt32, _ process: UInt16, _ clsid: GUID = first, _ use: ClassUse = .multipleUse
  ) -> OfferedClass {
    OfferedClass(
      registration: RegistrationID(number), clsid: clsid,
      whereabouts: Whereabouts(
        apartment: ApartmentID(number), kind: .singleThreaded,
        process: ProcessID(UInt32(process)), mailThread: ThreadID(process: process, number: 1)),
      use: use)
  }

  /// The server that an answer names.
  func server(_ answer: ScmAnswer) -> UInt32? {
    if case .server(let serving) = answer { serving.offer.process.number } else { nil }
  }

  func refusing(_ answer: ScmAnswer) -> RefusingClass? {
    if case .server(let serving) = answer { RefusingClass(serving) } else { nil }
  }

  func launches(_ effects: [Effect]) -> [UInt32] {
    effects.compactMap { if case .launch(_, let request) = $0 { request.number } else { nil } }
  }

  func answered(
    _ request: UInt32, _ client: UInt16, _ process: UInt32, _ code: HResult = .S_OK
  ) -> Effect {
    .answered(RequestID(request), Self.client(client), ProcessID(process), code)
  }

  func entry(_ number: UInt32, _ state: ScmEntryState) -> Effect {
    .entry(RegistrationID(number), state)
  }

  // MARK: Nobody there

  @Test("a class that nobody has, that may not be started, whose program is missing")
  func nothing() {
    let cases: [(ScmState.Program, HResult)] = [
      (.none, .REGDB_E_CLASSNOTREG), (.forbidden, .E_ACCESSDENIED),
      (.missing, .CO_E_SERVER_EXEC_FAILURE),
    ]
    for (program, code) in cases {
      var scm = Scm()
      #expect(scm.activate(1, program: program) == .failed(code))
      #expect(scm.news() == [answered(1, 1, 0, code)])
      #expect(scm.state.requests.isEmpty)
    }
  }

  @Test("a server is started, registers, and serves who waits")
  func started() {
    var scm = Scm()
    #expect(scm.activate(1) == .wait(.none))
    #expect(scm.news() == [.launch(Self.first, RequestID(1))])
    scm.launched(11, for: 1)
    #expect(scm.news() == [.launched(ProcessID(11), RequestID(1))])
    #expect(scm.collect(1) == .wait(ProcessID(11)))
    scm.register(5, of: 11)
    #expect(
      scm.news() == [entry(5, .open), answered(1, 1, 11), .wake(Self.client(1))])
    #expect(server(scm.collect(1)) == 11)
    // It is told once; from then on the number is nobody's.
    #expect(scm.collect(1) == .failed(.E_INVALIDARG))
    #expect(scm.state.starts.isEmpty)
  }

  @Test("SCM-05: a running server is found in the class table, and nothing is started")
  func running() {
    var scm = Scm()
    scm.register(5, of: 11)
    _ = scm.news()
    let answer = scm.activate(1, program: .missing)
    #expect(server(answer) == 11)
    #expect(scm.news() == [answered(1, 1, 11)])
  }

  // MARK: Several clients

  @Test("two requests at once start one server, which serves both in their order")
  func together() {
    var scm = Scm()
    #expect(scm.activate(1, by: 1) == .wait(.none))
    #expect(scm.activate(2, by: 2) == .wait(.none))
    scm.launched(11, for: 1)
    #expect(scm.activate(3, by: 3) == .wait(ProcessID(11)))
    #expect(launches(scm.news()) == [1])
    scm.register(5, of: 11)
    let told = scm.news().filter { if case .answered = $0 { true } else { false } }
    #expect(told == [answered(1, 1, 11), answered(2, 2, 11), answered(3, 3, 11)])
    for index: UInt16 in 1...3 {
      #expect(server(scm.collect(UInt32(index), by: index)) == 11)
    }
  }

  @Test("single use: an entry serves once; who waits beside gets a server of its own")
  func singleUse() {
    var scm = Scm()
    _ = scm.activate(1, by: 1)
    _ = scm.activate(2, by: 2)
    scm.launched(11, for: 1)
    _ = scm.news()
    scm.register(5, of: 11, Self.first, .singleUse)
    #expect(
      scm.news() == [
        entry(5, .open), entry(5, .removed), answered(1, 1, 11), .wake(Self.client(1)),
        .launch(Self.first, RequestID(2)), .wake(Self.client(2)),
      ])
    #expect(scm.collect(2, by: 2) == .wait(.none))
    // One more comes before it is known which process that is.
    _ = scm.activate(3, by: 3)
    scm.launched(12, for: 2)
    #expect(scm.news() == [.launched(ProcessID(12), RequestID(2)), .wake(Self.client(3))])
    #expect(scm.collect(2, by: 2) == .wait(ProcessID(12)))
    scm.register(6, of: 12, Self.first, .singleUse)
    #expect(server(scm.collect(2, by: 2)) == 12)
    #expect(scm.state.entries.isEmpty)
    scm.launched(13, for: 3)
    scm.isGone(13)
    #expect(scm.collect(3, by: 3) == .failed(.CO_E_SERVER_EXEC_FAILURE))
    // What was used up is not opened again.
    scm.suspend(11, change: 1)
    scm.resume([Self.offer(5, 11, Self.first, .singleUse)], of: 11, change: 2)
    #expect(scm.state.entries.isEmpty)
  }

  @Test("a class of another program is another matter: each is started for itself")
  func twoPrograms() {
    var scm = Scm()
    _ = scm.activate(1, Self.first, by: 1)
    _ = scm.activate(2, Self.second, by: 2, program: .there("y.exe"))
    #expect(launches(scm.news()) == [1, 2])
    scm.launched(11, for: 1)
    scm.launched(12, for: 2)
    scm.register(5, of: 12, Self.second)
    #expect(server(scm.collect(2, by: 2)) == 12)
    #expect(scm.collect(1) == .wait(ProcessID(11)))
  }

  @Test("a server that has registered nothing yet is waited for, whatever class it was started for")
  func oneProgram() {
    var scm = Scm()
    _ = scm.activate(1, Self.first, by: 1)
    _ = scm.activate(2, Self.second, by: 2)
    scm.launched(11, for: 1)
    #expect(launches(scm.news()) == [1])
    // All at once: one server for both.
    scm.resume([Self.offer(5, 11), Self.offer(6, 11, Self.second)], of: 11, change: 1)
    #expect(launches(scm.news()).isEmpty)
    #expect(server(scm.collect(1)) == 11)
    #expect(server(scm.collect(2, by: 2)) == 11)
  }

  @Test("one that registers class by class is not waited for by those whose class is not the first")
  func classByClass() {
    var scm = Scm()
    _ = scm.activate(1, Self.first, by: 1)
    _ = scm.activate(2, Self.second, by: 2)
    scm.launched(11, for: 1)
    _ = scm.news()
    scm.register(5, of: 11)
    #expect(launches(scm.news()) == [2])
    #expect(scm.activate(3, Self.second, by: 3) == .wait(.none))
    scm.register(6, of: 11, Self.second)
    #expect(server(scm.collect(2, by: 2)) == 11)
    #expect(server(scm.collect(3, by: 3)) == 11)
    #expect(launches(scm.news()).isEmpty)
  }

  @Test("the server that was registered first serves")
  func oldest() {
    var scm = Scm()
    scm.register(6, of: 12)
    scm.register(5, of: 11)
    #expect(server(scm.activate(1)) == 12)
    scm.revoke(6, of: 12)
    #expect(server(scm.activate(2)) == 11)
  }
}
