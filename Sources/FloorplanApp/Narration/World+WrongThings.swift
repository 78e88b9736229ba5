import FloorplanViews
import Scenarios
import Trace

/// What `e` explains: what looks wrong in the program, and what has gone wrong for it.
extension World {
  var wrongThings: [FindingText] {
    findings().map { FindingText($0) } + ruins + failedCalls + deadProxies
  }

  private var ruins: [FindingText] {
    processesInOrder.filter(\.isKilled).map { process in
      FindingText(
        "\(label(process: process.id)) was killed.",
        "It could revoke nothing and release nothing: what was in it lies there as it stood. Its "
          + "callers get an error code, and COM takes back what it had of others.")
    }
  }

  /// Calls that failed because of a server that was not there, or of bytes that were none.
  private var failedCalls: [FindingText] {
    callsInOrder.filter { !$0.proxy.isNone && $0.state == .returned && $0.result.isOfTransport }
      .map { call in
        FindingText(
          "\(label(thread: call.caller)): \(label(call: call.id)), \(self[call.method]), failed "
            + "with \(call.result.name).",
          call.result.meaning.isEmpty ? "It got no answer." : call.result.meaning + ".")
      }
  }

  /// Proxies in living processes whose object is gone with its process.
  private var deadProxies: [FindingText] {
    objectsInOrder.compactMap { proxy in
      guard proxy.role == .proxy, proxy.isAlive, processes[proxy.process]?.isAlive == true,
        let stub = stubs[proxy.stub], let home = apartments[stub.apartment]?.process,
        processes[home]?.isAlive == false
      else { return nil }
      return FindingText(
        "\(label(process: proxy.process)) holds \(label(object: proxy.id)) of "
          + "\(self[objects[stub.object]?.name ?? .none]), and \(label(process: home)) is gone.",
        "Its calls fail, now and for ever: a proxy belongs to one object in one process. Only a new "
          + "object brings a new server.")
    }
  }
}

extension HResult {
  /// Whether the call's road failed, and not what it led to.
  fileprivate var isOfTransport: Bool {
    tellsServerIsGone
      || [.RPC_E_DISCONNECTED, .RPC_E_INVALID_DATAPACKET, .RPC_E_SERVER_CANTMARSHAL_DATA]
        .contains(self)
  }
}
