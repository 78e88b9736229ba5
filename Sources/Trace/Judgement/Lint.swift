/// What looks wrong in the program shown: each a predicate on the World and two sentences, one that
/// says what is wrong in general and one for the case at hand.
public enum Lint: String, CaseIterable, Hashable, Sendable {
  case deadlock
  case usedAfterRelease
  case outsideItsApartment
  case proxyOutsideItsApartment
  case doesNotPump
  case danglingField
  case callToDisconnected
  case packetLeftOver
  case apartmentEndedInUse
  case unbalancedInitialization
  case leakedReference
  case unloadedCode

  /// What is wrong with it, in general.
  public var summary: String {
    switch self {
    case .deadlock: "Threads wait for one another and none can go on."
    case .usedAfterRelease: "Something was used or released after its count had reached 0."
    case .outsideItsApartment:
      "A direct pointer was used outside the apartment that it belongs to; COM does not check."
    case .proxyOutsideItsApartment: "A proxy was used outside the apartment that unmarshalled it."
    case .doesNotPump: "An STA has calls in its queue while its thread takes no messages."
    case .danglingField: "A field points at something that was destroyed."
    case .callToDisconnected: "A call failed because its object was disconnected."
    case .packetLeftOver: "A packet was neither unmarshalled nor released, so its object lives on."
    case .apartmentEndedInUse: "An apartment ended while stubs or proxies of it were in use."
    case .unbalancedInitialization: "A thread ended without giving back each CoInitializeEx."
    case .leakedReference: "A reference was never released."
    case .unloadedCode: "A thread ran code of a module that had been unloaded."
    }
  }

  /// How many events a message may wait for a thread that is busy before it is said; for one that
  /// is blocked it is said at once.
  public static let patience: UInt64 = 32
}

/// One thing that looks wrong.
public struct Finding: Hashable, Sendable {
  /// What a finding is about, for a view to point at.
  public enum Subject: Hashable, Sendable {
    case thread(ThreadID)
    case apartment(ApartmentID)
    case object(ObjectID)
    case packet(PacketID)
    case call(CallID)
    case field(Name)
  }

  public var lint: Lint
  public var subjects: [Subject]
  /// This case, in a sentence.
  public var sentence: String
}

extension World {
  /// Everything that looks wrong now, by lint, then in the order of the things. Nothing is said of
  /// what lies in a killed process, nor of what only such a one still holds.
  public func findings() -> [Finding] {
    Lint.allCases.flatMap { lint in
      cases(of: lint).map { Finding(lint: lint, subjects: $0.subjects, sentence: $0.sentence) }
    }
  }

  typealias LintCase = (subjects: [Finding.Subject], sentence: String)

  private func cases(of lint: Lint) -> [LintCase] {
    switch lint {
    case .deadlock: deadlocks
    case .usedAfterRelease: misuses.filter { !isRuin(object: $0.object) }.map(misuse)
    case .outsideItsApartment: trespasses.filter { !isRuin(object: $0.object) }.map(trespass)
    case .proxyOutsideItsApartment: refusals.compactMap(wrongThread)
    case .doesNotPump: apartmentsInOrder.compactMap(stillQueue)
    case .danglingField: fieldsInOrder.compactMap(dangling)
    case .callToDisconnected: callsInOrder.compactMap(cutOff) + refusals.compactMap(cutOff)
    case .packetLeftOver: ending == .over ? packetsInOrder.compactMap(leftOver) : []
    case .apartmentEndedInUse: apartmentsInOrder.compactMap(endedInUse)
    case .unbalancedInitialization: threadsInOrder.compactMap(unbalanced)
    case .leakedReference: ending == .over ? objectsInOrder.compactMap(leak) : []
    case .unloadedCode:
      unloadedRuns.filter { !isKilled($0.thread.processID) }.map(unloadedRun)
    }
  }
}
