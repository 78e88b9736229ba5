import Trace

/// `IAgileObject`: the object says that any apartment may call it directly. Ordinary marshalling
/// does not look at it (FTM-09); the global interface table and agile references do.
public enum IAgileObject: ComInterface {
  public typealias Methods = Unknown
  public static let iid: GUID = "94EA2B94-E9CC-49E0-C0FF-EE64CA8F5B90"
  public static let name = "IAgileObject"
  public static func methods(of object: AnyObject) -> Unknown? { object as? Unknown }
  public static var stubs: [StubMethod<Methods>] { [] }
}

/// `INoMarshal`: the object does not want to be marshalled at all.
public enum INoMarshal: ComInterface {
  public typealias Methods = Unknown
  public static let iid: GUID = "ECC8691B-C1DB-4DC0-855E-65F6C551AF49"
  public static let name = "INoMarshal"
  public static func methods(of object: AnyObject) -> Unknown? { object as? Unknown }
  public static var stubs: [StubMethod<Methods>] { [] }
}
