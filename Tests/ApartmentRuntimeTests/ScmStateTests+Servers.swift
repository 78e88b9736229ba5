import Testing
import Trace

@testable import ApartmentRuntime

/// The servers' side, death, and the bytes.
extension ScmStateTests {
  // MARK: Suspended, resumed, revoked

  @Test("what is suspended serves nobody; resumed, it serves who waits")
  func suspended() {
    var scm = Scm()
    scm.register(5, of: 11)
    scm.register(6, of: 11, Self.second)
    _ = scm.news()
    scm.suspend(11, change: 1)
    #expect(scm.news() == [entry(5, .suspended), entry(6, .suspended)])
    #expect(scm.activate(1) == .wait(.none))
    #expect(launches(scm.news()) == [1])
    scm.resume([Self.offer(5, 11), Self.offer(6, 11, Self.second)], of: 11, change: 2)
    #expect(
      scm.news() == [
        entry(5, .open), entry(6, .open), answered(1, 1, 11), .wake(Self.client(1)),
      ])
    #expect(server(scm.collect(1)) == 11)
  }

  @Test("O23, O24: one call opens all that was registered suspended, and nobody came before")
  func oneResume() {
    var scm = Scm()
    _ = scm.activate(1, Self.first, by: 1)
    scm.launched(11, for: 1)
    _ = scm.news()
    _ = scm.activate(2, Self.second, by: 2)
    #expect(scm.news().isEmpty)
    // Nothing was told while the classes were registered.
    let offers = [Self.offer(5, 11), Self.offer(6, 11, Self.second)]
    scm.resume(offers, of: 11, change: 1)
    #expect(
      scm.news() == [
        entry(5, .open), entry(6, .open), answered(1, 1, 11), .wake(Self.client(1)),
        answered(2, 2, 11), .wake(Self.client(2)),
      ])
  }

  @Test("a change that comes late does not undo a later one")
  func late() {
    var scm = Scm()
    scm.register(5, of: 11)
    scm.resume([Self.offer(5, 11)], of: 11, change: 2)
    scm.suspend(11, change: 1)
    #expect(scm.state.entries.map(\.isOpen) == [true])
    scm.suspend(11, change: 3)
    scm.resume([Self.offer(5, 11)], of: 11, change: 2)
    #expect(scm.state.entries.map(\.isOpen) == [false])
    // Registered before the suspension, and told behind it.
    scm.register(6, of: 11, change: 2)
    #expect(scm.state.entries.map(\.isOpen) == [false, false])
    scm.register(7, of: 11, change: 3)
    #expect(scm.state.entries.map(\.isOpen) == [false, false, true])
  }

  @Test("O5: a class object that refused gets no more clients, and a new server is started")
  func refused() {
    var scm = Scm()
    scm.register(5, of: 11)
    let answer = scm.activate(1)
    _ = scm.news()
    #expect(scm.activate(2, refusedBy: refusing(answer)) == .wait(.none))
    #expect(scm.news() == [entry(5, .suspended), .launch(Self.first, RequestID(2))])
    scm.launched(12, for: 2)
    scm.register(6, of: 12)
    #expect(server(scm.collect(2)) == 12)
    // The next one is not sent to the old one either.
    #expect(server(scm.activate(3)) == 12)
  }

  @Test("a refusal from before it was resumed is about nothing")
  func lateRefusal() {
    var scm = Scm()
    scm.register(5, of: 11)
    let old = refusing(scm.activate(1))
    scm.suspend(11, change: 1)
    scm.resume([Self.offer(5, 11)], of: 11, change: 2)
    #expect(server(scm.activate(2, refusedBy: old)) == 11)
  }

  @Test("a process changes its own entries only")
  func foreign() {
    var scm = Scm()
    scm.register(5, of: 11)
    scm.state.register(Self.offer(6, 11), of: ProcessID(12), change: 0, &scm.effects)
    scm.resume([Self.offer(6, 11)], of: 12, change: 1)
    scm.revoke(5, of: 12)
    scm.suspend(12, change: 1)
    #expect(scm.state.entries.map(\.isOpen) == [true])
    #expect(scm.collect(9) == .failed(.E_INVALIDARG))
  }

  @Test("what was revoked stays so, whatever was asked for it before and comes later")
  func revokedForGood() {
    var scm = Scm()
    scm.register(5, of: 11)
    scm.revoke(5, of: 11)
    scm.revoke(6, of: 11)
    scm.resume([Self.offer(5, 11), Self.offer(6, 11, Self.second)], of: 11, change: 1)
    #expect(scm.state.entries.isEmpty)
    #expect(scm.news() == [entry(5, .open), entry(5, .removed)])
    // Who waited for it gets another server.
    #expect(scm.activate(1, Self.second) == .wait(.none))
    #expect(launches(scm.news()) == [1])
  }

  // MARK: Bad servers

  @Test("a server that ends before it registers: all who wait for it are told")
  func endsAtOnce() {
    var scm = Scm()
    _ = scm.activate(1, by: 1)
    _ = scm.activate(2, by: 2)
    scm.launched(11, for: 1)
    _ = scm.news()
    scm.isGone(11)
    let code = HResult.CO_E_SERVER_EXEC_FAILURE
    #expect(
      scm.news() == [
        answered(1, 1, 0, code), .wake(Self.client(1)), answered(2, 2, 0, code),
        .wake(Self.client(2)),
      ])
    #expect(scm.collect(1) == .failed(code))
    #expect(scm.collect(2, by: 2) == .failed(code))
    #expect(scm.state == ScmStateTests.Scm().state)
  }

  @Test("no room for another process")
  func noRoom() {
    var scm = Scm()
    _ = scm.activate(1)
    scm.launched(nil, for: 1)
    #expect(scm.collect(1) == .failed(.CO_E_SERVER_EXEC_FAILURE))
  }

  @Test("who has waited too long gives up; the next one gets another server")
  func givesUp() {
    var scm = Scm()
    _ = scm.activate(1, by: 1)
    _ = scm.activate(2, by: 2)
    scm.launched(11, for: 1)
    _ = scm.news()
    #expect(scm.giveUp(1) == .failed(.CO_E_SERVER_EXEC_FAILURE))
    #expect(scm.news() == [answered(1, 1, 0, .CO_E_SERVER_EXEC_FAILURE)])
    #expect(scm.activate(3, by: 3) == .wait(.none))
    #expect(launches(scm.news()) == [3])
    // Late, and still of use to those who wait.
    scm.register(5, of: 11)
    #expect(server(scm.collect(2, by: 2)) == 11)
    #expect(server(scm.collect(3, by: 3)) == 11)
    #expect(scm.giveUp(1) == .failed(.E_INVALIDARG))
  }

  @Test("an answer that came at the last moment is taken")
  func lastMoment() {
    var scm = Scm()
    _ = scm.activate(1)
    scm.launched(11, for: 1)
    scm.register(5, of: 11)
    _ = scm.news()
    #expect(server(scm.giveUp(1)) == 11)
    #expect(scm.news().isEmpty)
  }

  @Test("a server that registers another class serves that one, and is waited for in vain")
  func anotherClass() {
    var scm = Scm()
    _ = scm.activate(1)
    scm.launched(11, for: 1)
    _ = scm.news()
    scm.register(5, of: 11, Self.second)
    #expect(scm.collect(1) == .wait(ProcessID(11)))
    #expect(launches(scm.news()).isEmpty)
    #expect(server(scm.activate(2, Self.second, by: 2)) == 11)
  }

  @Test("a server that is faster than the one who started it")
  func faster() {
    var scm = Scm()
    _ = scm.activate(1, by: 1)
    _ = scm.activate(2, by: 2)
    scm.register(5, of: 11, Self.first, .singleUse)
    _ = scm.news()
    // The second waits for a server that is not known yet, and has served already.
    scm.launched(11, for: 1)
    #expect(
      scm.news() == [
        .launched(ProcessID(11), RequestID(1)), .launch(Self.first, RequestID(2)),
        .wake(Self.client(2)),
      ])
  }

  @Test("a server that is gone before the one who started it knows its number has served")
  func fasterAndGone() {
    var scm = Scm()
    _ = scm.activate(1, by: 1)
    scm.register(5, of: 11)
    scm.revoke(5, of: 11)
    _ = scm.activate(2, by: 2)
    scm.isGone(11)
    _ = scm.news()
    scm.launched(11, for: 1)
    #expect(
      scm.news() == [
        .launched(ProcessID(11), RequestID(1)), .launch(Self.first, RequestID(2)),
        .wake(Self.client(2)),
      ])
    #expect(server(scm.collect(1)) == 11)
    scm.launched(12, for: 2)
    scm.isGone(12)
    #expect(scm.collect(2, by: 2) == .failed(.CO_E_SERVER_EXEC_FAILURE))
    #expect(scm.state.departed.isEmpty)
  }

  // MARK: Death

  @Test("what a process leaves goes, whatever it was")
  func death() {
    var scm = Scm()
    scm.register(5, of: 11)
    _ = scm.activate(1, Self.second, by: 2)
    scm.launched(12, for: 1)
    _ = scm.news()
    #expect(scm.state.processes == [ProcessID(2), ProcessID(11), ProcessID(12)])
    scm.isGone(11)
    #expect(scm.state.entries.isEmpty)
    scm.isGone(2)
    #expect(scm.news().isEmpty)
    // Nobody waits any more; the server that was started comes all the same.
    scm.register(6, of: 12, Self.second)
    #expect(server(scm.activate(3, Self.second, by: 3)) == 12)
    scm.isGone(12)
    #expect(scm.state.processes.isEmpty)
    #expect(scm.state == ScmStateTests.Scm().state)
  }

  // MARK: The bytes

  static let messages: [ScmMessage] = [
    .activate(RequestID(1), first, refusedBy: nil),
    .activate(
      RequestID(2), first, refusedBy: RefusingClass(registration: RegistrationID(3), version: 4)),
    .collect(RequestID(5)), .giveUp(RequestID(6), of: RequestID(5)),
    .register(RequestID(7), offer(8, 11, second, .multiSeparate), change: 9),
    .resume(RequestID(7), [], change: 1),
    .resume(RequestID(7), [offer(1, 11), offer(2, 12, second, .singleUse)], change: 1),
    .suspend(RequestID(8), change: 2), .revoke(RequestID(9), RegistrationID(2)),
  ]

  static let answers: [ScmAnswer] = [
    .done, .server(ServingClass(offer: offer(2, 11), version: 3)), .wait(ProcessID(4)),
    .failed(.E_ACCESSDENIED),
  ]

  @Test("what is asked and answered crosses as bytes and comes out the same")
  func bytes() throws {
    for message in Self.messages { #expect(try ScmMessage(message.bytes) == message) }
    for answer in Self.answers { #expect(try ScmAnswer(answer.bytes) == answer) }
  }

  @Test("bytes that are no request, or a part of one, are refused")
  func damage() {
    func isRefused(_ bytes: [UInt8]) -> Bool {
      do throws(HResult) {
        _ = try ScmMessage(bytes)
        return false
      } catch {
        return error == .RPC_E_INVALID_DATAPACKET
      }
    }
    var writer = WireWriter()
    Self.offer(1, 11).write(to: &writer)
    for message in Self.messages {
      for length in 0..<message.bytes.count {
        if case .resume = message, (length - 9) % writer.bytes.count == 0 { continue }
        #expect(isRefused(Array(message.bytes[..<length])), "\(message), \(length) bytes")
      }
      #expect(isRefused(message.bytes + [0]))
    }
    #expect(isRefused([200, 0, 0, 0, 0]))
    #expect(throws: HResult.RPC_E_INVALID_DATAPACKET) { try ScmAnswer([]) }
  }
}
