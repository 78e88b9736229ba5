import ApartmentRuntime
import Trace

/// What a component does that is an `IServiceProvider`.
protocol ServiceProviding: AnyObject {
  func queryService(_ service: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer
}

/// `IServiceProvider`: hands out services by their ids.
enum IServiceProvider: ComInterface {
  typealias Methods = any ServiceProviding
  static let iid: GUID = "6D5140C1-7436-11CE-8034-00AA006009FA"
  static let name = "IServiceProvider"
  static func methods(of object: AnyObject) -> (any ServiceProviding)? {
    object as? any ServiceProviding
  }

  static let queryService = Method(3, "QueryService") {
    (provider: any ServiceProviding, service: GUID, iid: GUID) throws(HResult) -> OwnedPointer in
    try provider.queryService(service, iid)
  }
  static var stubs: [StubMethod<Methods>] { [queryService.stub] }
}

extension InterfacePointer where I == IServiceProvider, Self: ~Copyable {
  func queryService<Service: ComInterface>(
    _ service: GUID, _ interface: Service.Type, as holder: String? = nil,
    file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> ComPtr<Service> {
    try call(IServiceProvider.queryService, file, line, service, Service.iid) {
      provider throws(HResult) in try provider.queryService(service, Service.iid)
    }.take(Service.self, as: holder)
  }
}

/// What a component does that is an `IShellService`.
protocol ShellServing: AnyObject {
  func doWork(_ amount: Int32) throws(HResult) -> Int32
}

/// A service of the shell, and its id.
enum IShellService: ComInterface {
  typealias Methods = any ShellServing
  static let iid: GUID = "A1F00001-0000-4000-8000-F100F1A00001"
  static let name = "IShellService"
  static func methods(of object: AnyObject) -> (any ShellServing)? { object as? any ShellServing }

  static let doWork = Method(3, "DoWork") {
    (service: any ShellServing, amount: Int32) throws(HResult) -> Int32 in
    try service.doWork(amount)
  }
  static var stubs: [StubMethod<Methods>] { [doWork.stub] }

  /// SID_SShellService.
  static let service: GUID = "A1F00002-0000-4000-8000-F100F1A00001"
}

extension InterfacePointer where I == IShellService, Self: ~Copyable {
  @discardableResult
  func doWork(
    _ amount: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IShellService.doWork, file, line, amount) { methods throws(HResult) in
      try methods.doWork(amount)
    }
  }
}
