import ThreadKernel
import Trace

extension ComThread {
  /// Whether a call into the apartment can be served on this thread: the neutral apartment has no
  /// threads of its own (APT-13), and from there a thread's own apartment is at hand.
  func canGo(into apartment: Apartment) -> Bool {
    switch apartment.kind {
    case .neutral: true
    case .singleThreaded: apartment.thread === KernelThread.current
    case .multithreaded: !visits.isEmpty && own === apartment
    }
  }

  /// Runs `body` in that apartment: it is told where it is not the one that the thread is in.
  func visiting<Result>(_ apartment: Apartment, _ body: () -> Result) -> Result {
    guard (visits.last ?? entered) !== apartment else { return body() }
    visits.append(apartment)
    kernel.tell(.contextEntered(apartment.id))
    let result = body()
    kernel.tell(.contextLeft(apartment.id))
    visits.removeLast()
    return result
  }

  /// Whether the thread's code is in the neutral apartment.
  var isInNeutral: Bool { visits.last?.kind == .neutral }
}

extension ComProcess {
  /// The neutral apartment, which is made at its first use.
  func neutralApartment() -> Apartment {
    tables.withLock { tables in
      if let known = tables.neutral { return known }
      let apartment = Apartment(
        .neutral, in: self, thread: nil, isMain: false, startedBy: .com)
      tables.neutral = apartment
      tables.apartments[apartment.id] = apartment
      return apartment
    }
  }
}
