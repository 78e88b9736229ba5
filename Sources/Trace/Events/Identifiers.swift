/// A number that names one thing of a run. Numbers are given by creation, from 1, so the same
/// schedule gives the same numbers in every operating-system process; 0 is *none*.
public struct Ident<Kind>: Hashable, Comparable, Sendable, BitwiseCopyable {
  public var number: UInt32

  public init(_ number: UInt32) { self.number = number }

  /// The absence of a thing, where a record has to have a place for it.
  public static var none: Self { Self(0) }

  public var isNone: Bool { number == 0 }

  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

extension Ident: CustomStringConvertible {
  public var description: String { String(number) }
}

/// The kinds that an `Ident` can be of. None of them is ever made.
public enum Identified {
  public enum Process {}
  public enum Apartment {}
  public enum Object {}
  public enum Reference {}
  public enum StubManager {}
  public enum InterfaceStub {}
  public enum Packet {}
  public enum Call {}
  public enum Message {}
  public enum Waitable {}
  public enum Text {}
  public enum Bytes {}
  public enum Class {}
  public enum Module {}
  public enum Registration {}
  public enum Global {}
  public enum Request {}
}

/// A process of the world shown: a `ComProcess`, wherever it runs.
public typealias ProcessID = Ident<Identified.Process>
/// An apartment. Its number is its OXID (MS-DCOM 2.2.18.2).
public typealias ApartmentID = Ident<Identified.Apartment>
/// Anything with an identity and a reference count: a component, a proxy, a stream.
public typealias ObjectID = Ident<Identified.Object>
/// One counted reference to an object; moving it from holder to holder keeps the number.
public typealias ReferenceID = Ident<Identified.Reference>
/// A stub manager. Its number is the OID, and the number drawn on both ends of the wire.
public typealias StubID = Ident<Identified.StubManager>
/// One interface of a stub manager: what an IPID names.
public typealias InterfaceStubID = Ident<Identified.InterfaceStub>
/// A marshalled interface pointer on its way: one call of `CoMarshalInterface`.
public typealias PacketID = Ident<Identified.Packet>
/// A call through a proxy, from packing its arguments to unpacking the answer.
public typealias CallID = Ident<Identified.Call>
/// A message in an apartment's queue.
public typealias MessageID = Ident<Identified.Message>
/// Something that a lesson's threads wait for: a lock or an event.
public typealias WaitableID = Ident<Identified.Waitable>
/// A text that an event of its own has told (`EventKind.text`).
public typealias Name = Ident<Identified.Text>
/// Bytes that events of their own have told (`EventKind.bytes`).
public typealias Blob = Ident<Identified.Bytes>

/// A class, by its place in the registry.
public typealias ClassID = Ident<Identified.Class>
/// One load of an in-process server's module (a DLL).
public typealias ModuleID = Ident<Identified.Module>
/// A class object that was registered at run time: the cookie of `CoRegisterClassObject`.
public typealias RegistrationID = Ident<Identified.Registration>
/// An entry of the global interface table: its cookie.
public typealias GlobalID = Ident<Identified.Global>
/// A call to the service control manager (SCM): which one of the run's it is.
public typealias RequestID = Ident<Identified.Request>

/// A thread: the process that it runs in and its number there, which is the number drawn beside
/// its name and the key that steps it.
public struct ThreadID: Hashable, Comparable, Sendable, BitwiseCopyable {
  public var process: UInt16
  public var number: UInt16

  public init(process: UInt16, number: UInt16) {
    self.process = process
    self.number = number
  }

  /// No thread: what the kernel or the person told.
  public static let none = ThreadID(process: 0, number: 0)

  public var isNone: Bool { number == 0 }

  /// The process, as the World keys it.
  public var processID: ProcessID { ProcessID(UInt32(process)) }

  public static func < (left: Self, right: Self) -> Bool {
    (left.process, left.number) < (right.process, right.number)
  }
}

extension ThreadID: CustomStringConvertible {
  /// `1.2`: process 1, thread 2.
  public var description: String { "\(process).\(number)" }
}

/// A set of the run's threads, one bit each by the order in which they were started.
public struct ThreadSet: Hashable, Sendable, BitwiseCopyable {
  public var bits: UInt64

  public init(bits: UInt64 = 0) { self.bits = bits }

  /// A run has at most this many threads.
  public static let capacity = 64

  public func contains(slot: Int) -> Bool { bits & (1 << UInt64(slot)) != 0 }

  public mutating func insert(slot: Int) { bits |= 1 << UInt64(slot) }

  /// The slots in ascending order.
  public var slots: [Int] { (0..<Self.capacity).filter { contains(slot: $0) } }
}

/// A short ordered list of threads, flat: the chain or ring of a deadlock.
public struct ThreadList: Hashable, Sendable, BitwiseCopyable {
  private var items: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)
  public private(set) var count: UInt8

  /// Longer chains keep their first threads.
  public static let capacity = 8

  public init(_ threads: [ThreadID]) {
    func word(_ index: Int) -> UInt32 {
      guard index < threads.count else { return 0 }
      return UInt32(threads[index].process) << 16 | UInt32(threads[index].number)
    }
    items = (word(0), word(1), word(2), word(3), word(4), word(5), word(6), word(7))
    count = UInt8(min(threads.count, Self.capacity))
  }

  public var threads: [ThreadID] {
    let words = [
      items.0, items.1, items.2, items.3, items.4, items.5, items.6, items.7,
    ]
    return words.prefix(Int(count)).map {
      ThreadID(process: UInt16($0 >> 16), number: UInt16(truncatingIfNeeded: $0))
    }
  }

  public static func == (left: Self, right: Self) -> Bool { left.threads == right.threads }

  public func hash(into hasher: inout Hasher) { hasher.combine(threads) }
}

/// Up to 64 bytes inside a record: a piece of a text or of a packet.
public struct Chunk: Hashable, Sendable, BitwiseCopyable {
  private typealias Words = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

  private var words: Words
  public private(set) var count: UInt8
  /// Whether another chunk of the same text or bytes follows.
  public private(set) var isContinued: Bool

  public static let capacity = 64

  /// Takes at most `capacity` bytes; more is a programming error.
  public init(_ bytes: ArraySlice<UInt8>, isContinued: Bool) {
    precondition(bytes.count <= Self.capacity)
    var words: Words = (0, 0, 0, 0, 0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { target in
      bytes.withUnsafeBytes { target.copyMemory(from: $0) }
    }
    self.words = words
    count = UInt8(bytes.count)
    self.isContinued = isContinued
  }

  public init(_ bytes: some Sequence<UInt8>, isContinued: Bool) {
    self.init(Array(bytes)[...], isContinued: isContinued)
  }

  public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0.prefix(Int(count))) } }

  /// The pieces that carry `bytes`, in order; one empty piece for none.
  public static func pieces(of bytes: [UInt8]) -> [Chunk] {
    guard !bytes.isEmpty else { return [Chunk([], isContinued: false)] }
    return stride(from: 0, to: bytes.count, by: capacity).map { start in
      let end = min(start + capacity, bytes.count)
      return Chunk(bytes[start..<end], isContinued: end < bytes.count)
    }
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.count == right.count && left.isContinued == right.isContinued
      && left.words.0 == right.words.0 && left.words.1 == right.words.1
      && left.words.2 == right.words.2 && left.words.3 == right.words.3
      && left.words.4 == right.words.4 && left.words.5 == right.words.5
      && left.words.6 == right.words.6 && left.words.7 == right.words.7
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
