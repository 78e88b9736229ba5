import Synchronization
import Trace

/// Gives the things of a run their numbers, by creation, from 1.
public final class Numbering: Sendable {
  private let processes = Atomic<UInt32>(0)
  private let apartments = Atomic<UInt32>(0)
  private let objects = Atomic<UInt32>(0)
  private let references = Atomic<UInt32>(0)
  private let stubs = Atomic<UInt32>(0)
  private let interfaceStubs = Atomic<UInt32>(0)
  private let packets = Atomic<UInt32>(0)
  private let calls = Atomic<UInt32>(0)
  private let causalities = Atomic<UInt32>(0)
  private let messages = Atomic<UInt32>(0)
  private let waitables = Atomic<UInt32>(0)
  private let texts = Atomic<UInt32>(0)
  private let blobs = Atomic<UInt32>(0)
  private let classes = Atomic<UInt32>(0)
  private let modules = Atomic<UInt32>(0)
  private let registrations = Atomic<UInt32>(0)
  private let globals = Atomic<UInt32>(0)
  private let requests = Atomic<UInt32>(0)

  init() {}

  public func process() -> ProcessID { ProcessID(next(processes)) }
  public func apartment() -> ApartmentID { ApartmentID(next(apartments)) }
  public func object() -> ObjectID { ObjectID(next(objects)) }
  public func reference() -> ReferenceID { ReferenceID(next(references)) }
  public func stub() -> StubID { StubID(next(stubs)) }
  public func interfaceStub() -> InterfaceStubID { InterfaceStubID(next(interfaceStubs)) }
  public func packet() -> PacketID { PacketID(next(packets)) }
  public func call() -> CallID { CallID(next(calls)) }
  /// The number of a chain of nested calls, which the wire carries as a GUID.
  public func causality() -> UInt32 { next(causalities) }
  public func message() -> MessageID { MessageID(next(messages)) }
  public func waitable() -> WaitableID { WaitableID(next(waitables)) }
  public func `class`() -> ClassID { ClassID(next(classes)) }
  public func module() -> ModuleID { ModuleID(next(modules)) }
  public func registration() -> RegistrationID { RegistrationID(next(registrations)) }
  public func global() -> GlobalID { GlobalID(next(globals)) }
  public func request() -> RequestID { RequestID(next(requests)) }
  func text() -> Name { Name(next(texts)) }
  func bytes() -> Blob { Blob(next(blobs)) }

  private func next(_ counter: borrowing Atomic<UInt32>) -> UInt32 {
    counter.wrappingAdd(1, ordering: .relaxed).newValue
  }
}
