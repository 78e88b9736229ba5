import Trace

/// What a thing is, for someone who meets the word for the first time: `e`.
public func explanation(of thing: Selectable, in input: PlanInput) -> FrameOverlay {
  let context = PlanContext(input, detail: .brief)
  let (title, text) = context.explanation(of: thing)
  return .explanation(title: title, text: text)
}

extension PlanContext {
  fileprivate func explanation(of thing: Selectable) -> (title: String, text: String) {
    switch thing {
    case .thread(let id): ("thread \(label(id))", explanation(thread: id))
    case .apartment(let id): (label(id), explanation(apartment: id))
    case .object(let id): (label(id), explanation(object: id))
    case .stub(let id): ("stub \(id)", explanation(stub: id))
    case .packet(let id): (label(id), explanation(packet: id))
    case .call(let id): ("call \(id)", explanation(call: id))
    case .field(let name):
      (
        world[name],
        "A field of the program. It holds an address. It does not know whether what stood there "
          + "is still alive: whoever sets it has to see to that."
      )
    case .cell(let name):
      (
        world[name],
        "A value that several threads read and write. Nothing in COM guards it: between a read "
          + "and a write of one thread another one can come."
      )
    case .registeredClass(let id): ("class \(label(id))", explanation(ofClass: id))
    case .module(let id): (label(id), Self.module)
    case .registration(let id): ("a class object", explanation(registration: id))
    case .global(let id): ("cookie \(id)", Self.cookie)
    case .process(let id): (world.label(process: id), explanation(process: id))
    case .scm: ("SCM", Self.scm)
    case .request(let id): (world.label(request: id), explanation(request: id))
    }
  }

  private func explanation(thread id: ThreadID) -> String {
    guard let thread = world.threads[id] else { return "It has not started yet." }
    let state =
      switch thread.standing {
      case .runs: "It runs: its code is what happens now."
      case .ready: "It could go on, and it is not its turn."
      case .idle:
        "It is idle: nothing keeps it, and it takes whatever comes, calls of other rooms too."
      case .waits:
        "It waits, and pumps meanwhile: calls of other rooms can run on it while it waits."
      case .blocked:
        "It is blocked: it waits and does not pump, so nothing can run on it until that is over."
      case .ended: "It has ended."
      }
    let home =
      thread.apartment.isNone
      ? " It is in no apartment: it cannot use COM." : " It lives in \(label(thread.apartment))."
    guard let room = world.trespassing(id) else { return state + home }
    return state + home + " Now its code stands in \(label(room)), by a direct pointer. COM does "
      + "not see that: only the object itself can refuse."
  }

  private func explanation(apartment id: ApartmentID) -> String {
    switch world.apartments[id]?.kind {
    case .singleThreaded:
      "A single-threaded apartment: one thread runs the code of every object in it. Calls of other "
        + "rooms are messages in its queue, and they run when the thread takes messages."
    case .multithreaded:
      "The multithreaded apartment: its objects can be called by any of its threads, at the same "
        + "time. It has no queue and nobody pumps: the objects have to guard themselves."
    case .neutral: "The neutral apartment: whoever calls, the call runs on the caller's thread."
    case nil: "It has not been built yet."
    }
  }

  private func explanation(object id: ObjectID) -> String {
    guard let object = world.objects[id] else { return "It is not there at this moment." }
    switch object.role {
    case .component where world.objects[object.outer] != nil:
      return "A part of \(label(object.outer)): who asks for its interfaces gets them from there, "
        + "and its references are counted there."
    case .component:
      return "An object. It lives as long as somebody holds a reference to it: refs is how many "
        + "there are, and behind it stands who holds them. The last one to let go destroys it."
    case .stream:
      return "A stream: bytes that travel from thread to thread. It belongs to no apartment. What "
        + "lies in it is a packet, not an object."
    case .proxy where world.isLight(object):
      return "A light proxy: its object lives in the neutral apartment, so the caller's own thread "
        + "goes in and runs the call there. Nothing is queued and nobody waits for another thread."
    case .proxy where object.isDisconnected:
      return "A proxy that was cut off from its object: every call through it fails."
    case .proxy:
      return "A proxy stands in for an object of another room. It packs each call and sends it to "
        + "stub \(object.stub), and the call runs on a thread over there. It is good in its own "
        + "room only."
    }
  }

  private func explanation(stub id: StubID) -> String {
    guard let stub = world.stubs[id] else { return "It is not there at this moment." }
    return
      "A stub stands before \(label(stub.object)) and unpacks the calls that its proxies send. "
      + "It holds a reference, so the object lives while somebody outside can call it. Its public "
      + "refs say who can."
  }

  private func explanation(packet id: PacketID) -> String {
    guard let packet = world.packets[id] else { return "It is not there at this moment." }
    if !packet.marshaller.isNone {
      return "A packet that the object made itself: only its own marshaller can open it."
    }
    let kind =
      switch packet.kind {
      case .normal: "A normal packet is a ticket that is torn at the door: it opens once."
      case .tableStrong: "A table packet opens as often as one likes and keeps the object alive."
      case .tableWeak: "A weak table packet opens while the object lives, and does not keep it."
      }
    return "A marshalled interface pointer (an OBJREF): an address and some references, no object "
      + "and no code. " + kind
  }

  private func explanation(call id: CallID) -> String {
    guard let call = world.calls[id] else { return "It is not there at this moment." }
    let method = method(call)
    switch call.state {
    case .packed: return "\(method), packed by a proxy and not sent yet."
    case .sent:
      return "\(method) waits in \(label(call.target)) for a thread to take it. "
        + "\(label(call.caller)) waits so long."
    case .rejected:
      return "The message filter of \(label(call.target)) did not take \(method). The caller's "
        + "filter decides whether it is sent again."
    case .served:
      return "\(method) runs on \(label(call.server)) while \(label(call.caller)) waits for it."
    case .answered: return "\(method) has run; the answer is on its way back."
    case .lost:
      return
        "\(label(call.caller)) made \(method) and was killed. It may still run; nobody waits for it."
    case .returned: return "\(method) is over: \(call.result.name)."
    }
  }
}
