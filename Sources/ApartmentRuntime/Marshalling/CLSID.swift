/// Classes of COM's own, which no registry has to name.
public enum CLSID {
  /// `CLSID_StdGlobalInterfaceTable`: the table of the process.
  public static let stdGlobalInterfaceTable: GUID = "00000323-0000-0000-C000-000000000046"
  /// `CLSID_InProcFreeMarshaler`: reads what the free-threaded marshaller wrote.
  public static let inProcFreeMarshaler: GUID = "0000033A-0000-0000-C000-000000000046"
  /// `CLSID_StdMarshal`: the packet is a standard one, and has no header of its own.
  public static let stdMarshal: GUID = "00000017-0000-0000-C000-000000000046"
}
