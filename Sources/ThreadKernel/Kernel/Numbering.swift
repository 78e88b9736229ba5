import Synchronization
import Trace

/// Gives the things of a run their numbers, by creation, from 1. The counters lie in the arena: all
/// processes of a run count together.
public struct Numbering: Sendable {
  private enum Counter: Int {
    case processes, apartments, objects, references, stubs, interfaceStubs, packets, calls
    case causalities, messages, waitables, texts, blobs, classes, modules, registrations, globals
    case requests
  }

  private let first: SharedWord<UInt32>

  init(in arena: SharedArena) { first = arena.counter(0) }

  public func process() -> ProcessID { ProcessID(next(.processes)) }
  public func apartment() -> ApartmentID { ApartmentID(next(.apartments)) }
  public func object() -> ObjectID { ObjectID(next(.objects)) }
  public func reference() -> ReferenceID { ReferenceID(next(.references)) }
  public func stub() -> StubID { StubID(next(.stubs)) }
  public func interfaceStub() -> InterfaceStubID { InterfaceStubID(next(.interfaceStubs)) }
  public func packet() -> PacketID { PacketID(next(.packets)) }
  public func call() -> CallID { CallID(next(.calls)) }
  /// The number of a chain of nested calls, which the wire carries as a GUID.
  public func causality() -> UInt32 { next(.causalities) }
  public func message() -> MessageID { MessageID(next(.messages)) }
  public func waitable() -> WaitableID { WaitableID(next(.waitables)) }
  public func `class`() -> ClassID { ClassID(next(.classes)) }
  public func module() -> ModuleID { ModuleID(next(.modules)) }
  public func registration() -> RegistrationID { RegistrationID(next(.registrations)) }
  public func global() -> GlobalID { GlobalID(next(.globals)) }
  public func request() -> RequestID { RequestID(next(.requests)) }
  /// How many requests have their number so far: calls to the run's service.
  public var requestsMade: UInt32 {
    (first.pointer + Counter.requests.rawValue).pointee.load(ordering: .relaxed)
  }
  func text() -> Name { Name(next(.texts)) }
  func bytes() -> Blob { Blob(next(.blobs)) }

  private func next(_ counter: Counter) -> UInt32 {
    (first.pointer + counter.rawValue).pointee.wrappingAdd(1, ordering: .relaxed).newValue
  }
}
