import ApartmentRuntime
import ThreadKernel
import Trace

/// What a component does that is an `IAccount`.
protocol Accounting: AnyObject {
  func deposit(_ amount: Int32) throws(HResult) -> Int32
  func withdraw(_ amount: Int32) throws(HResult) -> Int32
  func balance() throws(HResult) -> Int32
}

/// How an account protects what it is in the middle of.
enum Care: Sendable {
  /// Not at all.
  case none
  /// It refuses while it is busy.
  case busyFlag
  /// It is done with its own data before it calls anybody.
  case changesFirst
}

/// An account. It lives in an STA, so it has no lock: one thread only gets here.
final class Account: ComObject, Accounting {
  override class var interfaces: [any ComInterface.Type] { [IAccount.self] }

  private let ledger: ComField<ILedger>
  private let care: Care
  private var money: Int32 = 100
  private var isBusy = false

  init(ledger: ComField<ILedger>, _ care: Care) throws(HResult) {
    self.ledger = ledger
    self.care = care
    try super.init(name: "Account")
    show("balance", 100)
  }

  func withdraw(_ amount: Int32) throws(HResult) -> Int32 {
    isBusy = true
    defer { isBusy = false }
    let before = money
    if care == .changesFirst { change(to: before - amount) }
    // The ledger is in another room: until it answers, this thread waits here.
    let me = try OwnedPointer(self, IAccount.iid)
    try ledger.pointer().record(amount, for: me)
    // What was read before the call is written after it.
    if care != .changesFirst { change(to: before - amount) }
    return money
  }

  func deposit(_ amount: Int32) throws(HResult) -> Int32 {
    if care == .busyFlag, isBusy { throw refuses(.E_UNEXPECTED) }
    change(to: money + amount)
    return money
  }

  func balance() throws(HResult) -> Int32 { money }

  private func change(to new: Int32) {
    money = new
    show("balance", Int64(new))
  }

  override func finalRelease() { ledger.clear() }
}

/// What a component does that is an `ILedger`.
protocol Recording: AnyObject {
  func record(_ amount: Int32, for account: OwnedPointer) throws(HResult) -> Int32
}

/// A ledger in another STA. It asks the account back before it answers.
final class Ledger: ComObject, Recording {
  override class var interfaces: [any ComInterface.Type] { [ILedger.self] }

  private let stage: Stage
  private var entries: Int32 = 0

  init(in stage: Stage) throws(HResult) {
    self.stage = stage
    try super.init(name: "Ledger")
  }

  func record(_ amount: Int32, for account: OwnedPointer) throws(HResult) -> Int32 {
    let account = try account.take(IAccount.self)
    // The caller's thread is waiting for us. This call goes back to it.
    _ = try account.balance()
    stage.mark("ledger was told")
    entries += 1
    show("entries", Int64(entries))
    stage.mark("ledger answers")
    return entries
  }
}

/// `IAccount`.
enum IAccount: ComInterface {
  typealias Methods = any Accounting
  static let iid: GUID = "A1F00020-0000-4000-8000-F100F1A00001"
  static let name = "IAccount"
  static func methods(of object: AnyObject) -> (any Accounting)? {
    object as? any Accounting
  }

  static let deposit = Method(3, "Deposit") {
    (account: any Accounting, amount: Int32) throws(HResult) -> Int32 in
    try account.deposit(amount)
  }
  static let withdraw = Method(4, "Withdraw") {
    (account: any Accounting, amount: Int32) throws(HResult) -> Int32 in
    try account.withdraw(amount)
  }
  static let balance = Method(5, "Balance") {
    (account: any Accounting) throws(HResult) -> Int32 in try account.balance()
  }
  static var stubs: [StubMethod<Methods>] {
    [deposit.stub, withdraw.stub, balance.stub]
  }
}

extension InterfacePointer where I == IAccount, Self: ~Copyable {
  @discardableResult
  func deposit(
    _ amount: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IAccount.deposit, file, line, amount) { account throws(HResult) in
      try account.deposit(amount)
    }
  }

  @discardableResult
  func withdraw(
    _ amount: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IAccount.withdraw, file, line, amount) { account throws(HResult) in
      try account.withdraw(amount)
    }
  }

  func balance(
    file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IAccount.balance, file, line) { account throws(HResult) in
      try account.balance()
    }
  }
}

/// `ILedger`.
enum ILedger: ComInterface {
  typealias Methods = any Recording
  static let iid: GUID = "A1F00021-0000-4000-8000-F100F1A00001"
  static let name = "ILedger"
  static func methods(of object: AnyObject) -> (any Recording)? { object as? any Recording }

  static let record = Method(3, "Record") {
    (ledger: any Recording, amount: Int32, account: OwnedPointer) throws(HResult) -> Int32 in
    try ledger.record(amount, for: account)
  }
  static var stubs: [StubMethod<Methods>] { [record.stub] }
}

extension InterfacePointer where I == ILedger, Self: ~Copyable {
  @discardableResult
  func record(
    _ amount: Int32, for account: OwnedPointer, file: StaticString = #fileID,
    line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(ILedger.record, file, line, amount, account) { ledger throws(HResult) in
      try ledger.record(amount, for: account)
    }
  }
}
