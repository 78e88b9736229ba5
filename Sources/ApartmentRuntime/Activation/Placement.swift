import Trace

/// Where a client's code stands, as far as placement depends on it.
enum ClientPlace: CaseIterable {
  /// The first single-threaded apartment of the process.
  case mainApartment
  case otherSingleThreaded
  /// The multithreaded apartment, entered or not.
  case multithreaded
  /// The neutral apartment, on the thread of an STA.
  case neutralOnSingleThreaded
  /// The neutral apartment, on a thread of the MTA.
  case neutralOnMultithreaded
}

/// In which apartment an in-process server's class lives for a client.
enum Placement: Equatable {
  /// The client's own: it gets a direct pointer.
  case client
  /// The main STA, or where there is none the STA of COM's host thread (I10, I14).
  case mainApartment
  /// The STA of COM's host thread (I11).
  case hostSingleThreaded
  /// The apartment of the client's thread, whose code is in the neutral one just now (MTRX-10).
  case own
  /// The MTA, which a host thread of COM's keeps, whoever else is in it (I12).
  case multithreaded
  case neutral
  /// The registry says nothing that COM knows.
  case refused(HResult)

  /// The rule of `ThreadingModel` (I8): for every model and every client there is one place.
  init(of model: ThreadingModel, for client: ClientPlace) {
    switch (model, client) {
    case (.absent, .mainApartment): self = .client
    case (.absent, _): self = .mainApartment
    case (.apartment, .mainApartment), (.apartment, .otherSingleThreaded): self = .client
    case (.apartment, .multithreaded), (.apartment, .neutralOnMultithreaded):
      self = .hostSingleThreaded
    case (.apartment, .neutralOnSingleThreaded), (.free, .neutralOnMultithreaded): self = .own
    case (.both, _): self = .client
    case (.free, .multithreaded): self = .client
    case (.free, .mainApartment), (.free, .otherSingleThreaded), (.free, .neutralOnSingleThreaded):
      self = .multithreaded
    case (.neutral, .neutralOnSingleThreaded), (.neutral, .neutralOnMultithreaded): self = .client
    case (.neutral, .mainApartment), (.neutral, .otherSingleThreaded), (.neutral, .multithreaded):
      self = .neutral
    case (.invalid, _): self = .refused(.REGDB_E_BADTHREADINGMODEL)
    }
  }
}
