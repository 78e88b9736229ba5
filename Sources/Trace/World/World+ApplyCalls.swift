import HashTreeCollections

/// Calls and the messages that carry them.
extension World {
  mutating func foldCalls(_ event: Event) {
    switch event.kind {
    case .callPacked: pack(event)
    case .callSent(let id, let target):
      if apartments[target] == nil {
        contradict(event, "call \(id) is sent to apartment \(target), which was never made")
      }
      advance(id, from: [.packed, .rejected], to: .sent, event) { $0.target = target }
    case .messagePosted(let apartment, let id, let kind, let call):
      post(
        Message(id: id, kind: kind, call: call, from: event.thread, since: event.n), to: apartment,
        event)
    case .messageTaken(let apartment, let id): take(id, from: apartment, event)
    case .callServed(let id):
      advance(id, from: [.sent, .returned, .lost], to: .served, event) { $0.server = event.thread }
      _ = threads.change(event.thread) { thread in
        if thread.activity != .ended { thread.serving.append(id) }
      }
    case .callAnswered(let id, let result, let blob):
      advance(id, from: [.served, .returned, .lost], to: .answered, event) { call in
        call.answer = blob
        if !call.isOver { call.result = result }
      }
      count(packet: blob)
      stopServing(id, event)
    case .callReturned(let id, let result):
      advance(id, from: [.packed, .sent, .rejected, .served, .answered], to: .returned, event) {
        $0.result = result
      }
    default: break
    }
  }

  private mutating func pack(_ event: Event) {
    guard
      case .callPacked(
        let id, let causality, let parent, let proxy, let interfaceStub, let method,
        let arguments) = event.kind
    else { return }
    if calls[id] != nil || id.isNone {
      contradict(event, "call \(id) is packed, but that number was given already")
    }
    // COM's own calls (IRemUnknown) go to the apartment itself: through no proxy, to no stub.
    if !proxy.isNone && objects[proxy] == nil {
      contradict(event, "call \(id) goes through proxy \(proxy), which was never made")
    }
    if !interfaceStub.isNone && interfaceStubs[interfaceStub] == nil {
      contradict(event, "call \(id) goes to interface stub \(interfaceStub), never made")
    }
    if !parent.isNone && calls[parent] == nil {
      contradict(event, "call \(id) is made inside call \(parent), which nobody made")
    }
    count(packet: arguments)
    calls[id] = Call(
      id: id, causality: causality, parent: parent, caller: event.thread, proxy: proxy,
      interfaceStub: interfaceStub, method: method, arguments: arguments,
      state: isKilled(event.thread.processID) ? .lost : .packed, since: event.n)
  }

  /// A call goes through its states in order. One whose caller has gone on (it was cancelled) may
  /// still be served and answered, and stays returned.
  mutating func advance(
    _ id: CallID, from states: [Call.State], to state: Call.State, _ event: Event,
    _ body: (inout Call) -> Void
  ) {
    let before: Call.State? = calls.change(id) { call in
      let before = call.state
      let wasOver = call.isOver
      body(&call)
      if !wasOver { call.state = state }
      return before
    }
    guard let before else {
      contradict(event, "call \(id) is \(state), but nobody made it")
      return
    }
    if !states.contains(before) {
      contradict(event, "call \(id) is \(state), but it was \(before) before")
    }
  }

  private mutating func post(_ message: Message, to id: ApartmentID, _ event: Event) {
    if !message.call.isNone && calls[message.call] == nil {
      contradict(event, "message \(message.id) carries call \(message.call), which nobody made")
    }
    let before = apartments.change(id) { apartment in
      let before = (
        isAlive: apartment.isAlive, isTaken: apartment.queue.contains { $0.id == message.id },
        isFar: apartment.process != event.thread.processID
      )
      if apartment.isAlive { apartment.queue.append(message) }
      return before
    }
    // Nobody sees from another process that the apartment has just ended.
    if before?.isAlive == false, before?.isFar == true { return }
    if before?.isAlive != true {
      contradict(event, "message \(message.id) is posted to apartment \(id), which does not live")
    } else if before?.isTaken == true {
      contradict(event, "message \(message.id) is posted, but it is in the queue already")
    }
  }

  private mutating func take(_ message: MessageID, from id: ApartmentID, _ event: Event) {
    let wasThere = apartments.change(id) { apartment in
      guard let index = apartment.queue.firstIndex(where: { $0.id == message }) else {
        return false
      }
      apartment.queue.remove(at: index)
      apartment.served &+= 1
      return true
    }
    if wasThere != true {
      contradict(event, "message \(message) is taken from apartment \(id), but it is not there")
    }
  }

  private mutating func stopServing(_ id: CallID, _ event: Event) {
    let innermost = threads.change(event.thread) { thread in
      let innermost = thread.serving.last
      if let index = thread.serving.lastIndex(of: id) { thread.serving.remove(at: index) }
      return innermost
    }
    if innermost != id {
      contradict(event, "thread \(event.thread) answers call \(id), which it does not serve")
    }
  }
}
