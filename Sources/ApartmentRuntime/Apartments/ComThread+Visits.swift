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
  ///
  /// - Throws: `CO_E_NOTINITIALIZED` where the program has no apartment any more.
  func neutralApartment() throws(HResult) -> Apartment {
    let neutral = tables.withLock { tables -> Apartment? in
      if let known = tables.neutral { return known }
      // Nobody would end it.
      guard tables.programUsers > 0 else { return nil }
      let apartment = Apartment(
        .neutral, in: self, thread: nil, isMain: false, startedBy: .com)
      tables.neutral = apartment
      tables.apartments[apartment.id] = apartment
      return apartment
    }
    guard let neutral else { throw .CO_E_NOTINITIALIZED }
    return neutral
  }
}
