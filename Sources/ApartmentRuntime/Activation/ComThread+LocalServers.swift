import ThreadKernel
import Trace

extension ComThread {
  /// How many servers a client is sent to that let nobody in any more, before it is told so.
  private static let patience = 8

  /// What came of calling a server.
  private enum Attempt {
    case over(Result<OwnedPointer, HResult>)
    /// It lets nobody in any more.
    case refused(HResult)
    /// It was gone before the call could reach it.
    case gone(HResult)
  }

  /// Activates in another process: the SCM says in which, or starts one; a call to the apartment of the
  /// class object does the rest.
  ///
  /// A server that is about to stop lets nobody in: the SCM is asked again, and has another one (O5).
  /// So it is, once, where the server was gone before the call could reach it.
  func activateElsewhere(
    _ clsid: GUID, _ iid: GUID, _ context: ClassContext, creates: Bool
  ) throws(HResult) -> OwnedPointer {
    let number = process.registry.number(of: clsid, in: kernel)
    var refusals = 0
    var hasDied = false
    var refusing: RefusingClass?
    while true {
      let serving = try askForServer(of: clsid, number, refusedBy: refusing)
      refusing = RefusingClass(serving)
      switch call(serving, iid, context, creates: creates) {
      case .over(let result): return try result.get()
      case .refused(let code):
        refusals += 1
        if refusals == Self.patience { throw code }
      case .gone(let code):
        if hasDied { throw code }
        hasDied = true
      }
    }
  }

  private func askForServer(
    of clsid: GUID, _ number: ClassID, refusedBy refusing: RefusingClass?
  ) throws(HResult) -> ServingClass {
    do throws(HResult) {
      return try process.scmClient.activate(clsid, number, refusedBy: refusing, on: self)
    } catch {
      throw process.refused(error)
    }
  }

  private func call(
    _ serving: ServingClass, _ iid: GUID, _ context: ClassContext, creates: Bool
  ) -> Attempt {
    let whereabouts = serving.offer.whereabouts
    // It came with the answer: nobody has to ask for it.
    if whereabouts.process != process.id { process.know(whereabouts) }
    let activator = activator(in: whereabouts.apartment, of: whereabouts.process, context)
    do throws(HResult) {
      switch try activator.activate(serving.offer.registration, iid, creates: creates) {
      case .got(let pointer): return .over(.success(pointer))
      case .failed(let code): return .over(.failure(code))
      case .refused(let code): return .refused(code)
      case .made: return .over(.failure(.E_UNEXPECTED))
      }
    } catch {
      switch error {
      // The apartment has ended: nothing was called.
      case .RPC_E_DISCONNECTED, .CO_E_OBJNOTCONNECTED: return .refused(error)
      case .RPC_S_SERVER_UNAVAILABLE, .RPC_S_CALL_FAILED_DNE, .OR_INVALID_OXID: return .gone(error)
      default: return .over(.failure(error))
      }
    }
  }
}
