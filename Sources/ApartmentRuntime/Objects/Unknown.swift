import Glibc
import Synchronization
import ThreadKernel
import Trace

/// What every COM identity has: a number, a home and a reference count of its own, apart from
/// Swift's. Components, proxies and streams are its subclasses.
///
/// Every COM pointer, owning or raw, also holds a Swift reference, so memory outlives mistakes: at
/// count 0 `finalRelease` runs on the releasing thread and a tombstone stays; any later use is told
/// and answered.
open class Unknown {
  public let id: ObjectID
  public let process: ComProcess
  /// The apartment in which it was made; nil for what has no home (a stream).
  public let home: Apartment?
  /// The class's name, as people read it.
  public let name: String
  /// Count in the low half; `lockBit` while a change is told; `deadBit` once it was 0.
  private let word = Atomic<UInt64>(0)
  /// The references that count, where anybody listens. Guarded by `lockBit`.
  private var live: [ReferenceID] = []

  private static let lockBit: UInt64 = 1 << 63
  private static let deadBit: UInt64 = 1 << 62
  private static let countMask: UInt64 = 0xFFFF_FFFF

  init(_ role: ObjectRole, name: String, process: ComProcess, home: Apartment?) {
    self.process = process
    self.home = home
    self.name = name
    let kernel = process.kernel
    id = kernel.numbers.object()
    kernel.tell(
      .objectCreated(id, role, name: kernel.name(name), apartment: home?.id ?? .none))
  }

  @usableFromInline var kernel: Kernel { process.kernel }

  /// Whether it stands for an object of another apartment.
  @usableFromInline var isProxy: Bool { false }

  /// The count now; for looking at only, as COM's rules say (IUNK-04).
  public var count: UInt32 {
    UInt32(truncatingIfNeeded: word.load(ordering: .relaxed) & Self.countMask)
  }

  /// Whether the count was 0 once: what stays is a tombstone.
  public var isDead: Bool { word.load(ordering: .relaxed) & Self.deadBit != 0 }

  // MARK: For subclasses

  /// The interface of that id, as IUnknown::QueryInterface finds it.
  ///
  /// - Returns: whether the identity has it. The set never changes (IUNK-02).
  /// - Throws: for a proxy also what its call to the object answers.
  open func hasInterface(_ iid: GUID) throws(HResult) -> Bool { iid == IUnknown.iid }

  /// COM's destructor: releases what the object holds, on the thread that released it last.
  open func finalRelease() {}

  /// What stands in the destructor behind the module's count of its objects: the thread is still in
  /// the module's code, and the module may say already that it is unused (I19).
  open func lastInstructions() {}

  /// The module that its code is in.
  var codeModule: Module? { nil }

  /// Whether a tombstone's destructor is a step of the program's own.
  var hasDestructor: Bool { false }

  // MARK: Aggregation

  /// Whose count and identity its interface pointers have: its own, or those of the object that it
  /// is a part of.
  var identity: Unknown { self }

  /// The same for one interface: IUnknown of a part is its own, for the one who holds it as a part.
  final func identity(for iid: GUID) -> Unknown { iid == IUnknown.iid ? self : identity }

  /// Whether a component of this apartment's, or a part of it, has the interface: what COM asks
  /// about marshalling, where a proxy need not ask its object.
  func offers(_ iid: GUID) -> Bool { false }

  /// Who has an interface's methods: the object itself, or a part of it.
  @usableFromInline
  func part(with iid: GUID) -> Unknown { self }

  /// Gives the parts back, once the destructor has run.
  func releaseParts() {}

  // MARK: Counting

  /// Adds a reference for a holder.
  ///
  /// - Returns: its number; none where nobody listens or the object is a tombstone (then it is
  ///   told, and nothing is counted).
  @discardableResult
  public func addRef(by holder: Holder) -> ReferenceID {
    kernel.point(.countChanged)
    return addRefHere(by: holder) ?? .none
  }

  /// The same with no scheduling point, for use under a lock; nil where the object is a tombstone.
  func addRefHere(by holder: Holder) -> ReferenceID? {
    if let reference = addRefIfAlive(by: holder) { return reference }
    kernel.tell(.usedAfterRelease(id, by: holder, .addRef))
    return nil
  }

  /// Adds a reference unless the object is a tombstone: for tables that do not keep what they list.
  func addRefIfAlive(by holder: Holder) -> ReferenceID? {
    let before = lock()
    guard before & Self.deadBit == 0 else {
      unlock(before)
      return nil
    }
    var reference = ReferenceID.none
    if kernel.isTold {
      reference = kernel.numbers.reference()
      live.append(reference)
      let count = UInt32(truncatingIfNeeded: before & Self.countMask) + 1
      kernel.tell(.referenceAdded(reference, to: id, by: holder, count: count))
    }
    unlock(before + 1)
    return reference
  }

  /// Gives a reference back.
  ///
  /// - Returns: the count after it, for looking at only. 0 for a tombstone, or for a reference that
  ///   was given back before: that is told for what it is, and nothing is counted.
  @discardableResult
  public func release(_ reference: ReferenceID, by holder: Holder) -> UInt32 {
    kernel.point(.countChanged)
    let before = lock()
    let count = UInt32(truncatingIfNeeded: before & Self.countMask)
    guard before & Self.deadBit == 0, count > 0, forget(reference) else {
      kernel.tell(.usedAfterRelease(id, by: holder, .release))
      unlock(before)
      return before & Self.deadBit == 0 ? count : 0
    }
    kernel.tell(.referenceReleased(reference, of: id, count: count - 1))
    guard count == 1 else {
      unlock(before - 1)
      return count - 1
    }
    unlock((before - 1) | Self.deadBit)
    destroy()
    return 0
  }

  /// Strikes a reference off the list; false where it is not on it. Nobody listening, none is.
  private func forget(_ reference: ReferenceID) -> Bool {
    guard kernel.isTold else { return true }
    guard let index = live.firstIndex(of: reference) else { return false }
    live.remove(at: index)
    return true
  }

  private func destroy() {
    if hasDestructor {
      kernel.tell(.methodEntered(id, kernel.name("~" + name), .direct))
      // Not among what is told: it runs whether or not anybody listens.
      let result = runDestructor()
      kernel.tell(.methodLeft(id, result))
    } else {
      finalRelease()
    }
    kernel.tell(.objectDestroyed(id))
  }

  /// The destructor, and at its end the module's count of its objects. The thread is in the module's
  /// code until it has returned.
  private func runDestructor() -> HResult {
    guard let module = codeModule else {
      finalRelease()
      releaseParts()
      return .S_OK
    }
    do throws(HResult) {
      try module.requireLoaded(for: kernel.name("~" + name))
      finalRelease()
      releaseParts()
      module.objectEnds()
      lastInstructions()
      try module.requireLoaded(for: kernel.name("~" + name))
      return .S_OK
    } catch {
      return error
    }
  }

  /// A reference passes from one holder to another; the count stays.
  func move(_ reference: ReferenceID, to holder: Holder) {
    guard !reference.isNone else { return }
    kernel.tell(.referenceMoved(reference, to: holder))
  }

  /// Tells and answers the use of a tombstone.
  @usableFromInline
  func refuseIfDead(_ use: Misuse, by holder: Holder) throws(HResult) {
    guard isDead else { return }
    kernel.tell(.usedAfterRelease(id, by: holder, use))
    throw .CO_E_RELEASED
  }

  // MARK: The word

  /// While somebody listens the change and its place in the order are one step: the lock bit is
  /// held for the few instructions between.
  private func lock() -> UInt64 {
    kernel.reserveRoom()
    while true {
      let seen = word.load(ordering: .relaxed)
      if seen & Self.lockBit == 0,
        word.weakCompareExchange(
          expected: seen, desired: seen | Self.lockBit, ordering: .acquiring
        ).exchanged
      {
        return seen
      }
      sched_yield()
    }
  }

  private func unlock(_ value: UInt64) { word.store(value, ordering: .releasing) }
}
