import ApartmentRuntime
import ThreadKernel
import Trace

/// Document 004, lesson F: clients of every kind ask for a class of every
/// ThreadingModel (I8, I9).
enum ClientMatrix {
  static func program(_ stage: Stage) {
    install(stage)
    let desks = MatrixDesks(in: stage)
    if stage.knobs["main"] == "there" {
      startSTA(.main, desks, stage)
    } else {
      startMTA(.web, desks, stage)
    }
  }

  // MARK: The clients

  /// A thread with a single-threaded apartment: it works by messages.
  private static func startSTA(
    _ client: MatrixClient, _ desks: MatrixDesks, _ stage: Stage
  ) {
    stage.thread(client.thread) { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      defer { coUninitialize() }
      let desk = desks[client]
      desk.open(try currentApartment())
      startNext(after: client, desks, stage)
      while let message = getMessage() {
        dispatchMessage(message)
        if let request = desk.take() { serve(request) }
      }
    }
  }

  /// A thread of the multithreaded apartment: guest is in it by doing nothing.
  private static func startMTA(
    _ client: MatrixClient, _ desks: MatrixDesks, _ stage: Stage
  ) {
    stage.thread(client.thread) { () throws(HResult) in
      if client == .web { try coInitializeEx(.multithreaded) }
      defer { if client == .web { coUninitialize() } }
      _ = try currentApartment()
      startNext(after: client, desks, stage)
      while let request = desks[client].wait() { serve(request) }
    }
  }

  /// One after another: the first STA is the main one.
  private static func startNext(
    after client: MatrixClient, _ desks: MatrixDesks, _ stage: Stage
  ) {
    switch client {
    case .main: startSTA(.desk, desks, stage)
    case .desk: startMTA(.web, desks, stage)
    case .web: startMTA(.guest, desks, stage)
    default:
      stage.thread("chooser") { () throws(HResult) in choose(desks, stage) }
    }
  }

  /// A client's thread does what it is asked for.
  private static func serve(_ request: MatrixRequest) {
    defer { request.done.set() }
    do throws(HResult) {
      if request.client.isAgent {
        try askAgent(for: request.model)
      } else {
        try useCounter(of: request.model)
      }
    } catch {
      // Told where it was refused.
    }
  }

  /// What every client does. It never says where it is, or what the class is.
  static func useCounter(of model: ThreadingModel) throws(HResult) {
    let counter = try coCreateInstance(
      MatrixModule.clsid(of: model), ICounter.self)
    try counter.increment(1)
  }

  /// The agent's code runs in the neutral apartment, on the caller's thread.
  private static func askAgent(for model: ThreadingModel) throws(HResult) {
    let factory = try coGetClassObject(AgentModule.clsid)
    let agent = try factory.createInstance(IAgent.self)
    try agent.useCounter(of: model)
  }

  // MARK: Who asks whom

  /// The lesson's own cells, then whatever keys ask for.
  private static func choose(_ desks: MatrixDesks, _ stage: Stage) {
    var choice = MatrixChoice(clients: MatrixClient.all(stage))
    for (client, model) in story(stage) {
      choice.isAsked(client, model)
      desks.ask(client, for: model)
    }
    stage.mark("next: \(choice.words)")
    while let action = stage.nextAction("client", "model", "create", "fill") {
      switch action {
      case "client": choice.nextClient()
      case "model": choice.nextModel()
      case "create":
        choice.isAsked(choice.client, choice.model)
        desks.ask(choice.client, for: choice.model)
      default:
        while let (client, model) = choice.takeOpen() {
          desks.ask(client, for: model)
        }
      }
      stage.mark("next: \(choice.words)")
    }
    desks.close()
  }

  private static func story(_ stage: Stage) -> [(MatrixClient, ThreadingModel)] {
    stage.knobs["main"] == "there"
      ? [(.main, .both), (.desk, .absent), (.web, .apartment), (.main, .free)]
      : [(.web, .absent), (.web, .apartment), (.guest, .free)]
  }
}
