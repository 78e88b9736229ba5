import Trace

/// The interfaces that every proxy has, whether or not its object does (PRX-06).
enum ProxyInterfaces {
  static let all: [GUID] = [
    IUnknown.iid, IMultiQI.iid, IClientSecurity.iid, IMarshal.iid,
  ]
}

/// `IMultiQI`: proxies have it, objects do not, which is how a client tells them apart (PRX-07).
public enum IMultiQI: ComInterface {
  public typealias Methods = Unknown
  public static let iid: GUID = "00000020-0000-0000-C000-000000000046"
  public static let name = "IMultiQI"
  public static func methods(of object: AnyObject) -> Unknown? { nil }
  public static var stubs: [StubMethod<Methods>] { [] }
}

/// `IClientSecurity`, on proxies only.
public enum IClientSecurity: ComInterface {
  public typealias Methods = Unknown
  public static let iid: GUID = "0000013D-0000-0000-C000-000000000046"
  public static let name = "IClientSecurity"
  public static func methods(of object: AnyObject) -> Unknown? { nil }
  public static var stubs: [StubMethod<Methods>] { [] }
}
