import ThreadKernel
import Trace

/// What a change of a stub manager leaves to be done once the lock is released, because objects are
/// called.
struct Aftermath: Sendable {
  let object: Carried<Unknown>
  var connection: StubManager.Outcome.Connection?
  var outside: StubManager.Outcome.Outside?
  /// The manager that went, where its reference to the object is to be given back now.
  var gone: StubManager?
}

extension ComProcess {
  /// Changes a manager's counts under the lock, tells them, and takes the manager off the table
  /// where nothing from outside keeps its object any more.
  ///
  /// - Returns: nil where there is no such manager.
  func change(
    _ id: StubID, _ tables: inout Tables, _ body: (inout StubManager) -> StubManager.Outcome
  ) -> Aftermath? {
    guard let outcome = tables.exports.change(id, body), let manager = tables.exports.managers[id]
    else { return nil }
    kernel.tell(.stubCounts(id, strong: manager.strong, weak: manager.weak, locks: manager.locks))
    var aftermath = Aftermath(
      object: manager.object, connection: outcome.connection, outside: outcome.outside)
    if outcome.isOver { aftermath.gone = retire(id, disconnected: false, &tables) }
    return aftermath
  }

  private func retire(
    _ id: StubID, disconnected: Bool, _ tables: inout Tables
  ) -> StubManager? {
    kernel.tell(.stubManagerEnded(id, disconnected: disconnected))
    return tables.exports.remove(id)
  }

  /// Does what a change left to be done.
  func perform(_ aftermath: Aftermath?) {
    guard let aftermath else { return }
    let object = aftermath.object.value
    switch aftermath.connection {
    case .added: _ = (object as? any ExternalConnecting)?.addConnection()
    case .released(let closes):
      _ = (object as? any ExternalConnecting)?.releaseConnection(lastReleaseCloses: closes)
    case nil: break
    }
    if aftermath.outside != nil { clientsHaveChanged(of: object) }
    if let gone = aftermath.gone { object.release(gone.reference, by: .stub(gone.id)) }
  }

  /// Ends a stub manager, whoever is connected to it.
  func disconnect(_ id: StubID) {
    kernel.point(.countChanged)
    let (held, gone) = tables.withLock { tables -> (Carried<Unknown>?, StubManager?) in
      guard let manager = tables.exports.managers[id] else { return (nil, nil) }
      let held = manager.clients.isEmpty ? nil : manager.object
      return (held, retire(id, disconnected: true, &tables))
    }
    if let held { clientsHaveChanged(of: held.value) }
    if let gone { gone.object.value.release(gone.reference, by: .stub(id)) }
  }

  // MARK: Calls that come in

  /// An object that a call is for. The call keeps it until `leave`, whoever disconnects it
  /// meanwhile (PRX-13).
  struct Target: Sendable {
    /// Whose code serves it: the object's own, or that of a part.
    let part: Carried<Unknown>
    let stub: Carried<InterfaceStub>
    fileprivate let object: Carried<Unknown>
    fileprivate let manager: StubID
  }

  /// The object behind an IPID and the interface that it names.
  func enter(_ ipid: GUID, in apartment: Apartment) -> Target? {
    tables.withLock { tables in
      guard let (manager, interface) = find(ipid, &tables), manager.apartment == apartment.id,
        let stub = interface.stub
      else { return nil }
      tables.exports.enter(manager.id)
      let part = Carried(manager.object.value.part(with: interface.iid))
      return Target(part: part, stub: stub, object: manager.object, manager: manager.id)
    }
  }

  /// The call is over.
  func leave(_ target: Target) {
    let gone = tables.withLock { $0.exports.leave(target.manager) }
    if let gone { gone.object.value.release(gone.reference, by: .stub(gone.id)) }
  }
}
