import ThreadKernel
import Trace

/// `IStream`, as far as marshalling needs it.
public enum IStream: ComInterface {
  public typealias Methods = ComStream
  public static let iid: GUID = "0000000C-0000-0000-C000-000000000046"
  public static let name = "IStream"
  public static func methods(of object: AnyObject) -> ComStream? { object as? ComStream }
  public static var stubs: [StubMethod<Methods>] { [] }
}

/// A stream in memory (`CreateStreamOnHGlobal`). It has no home: any thread may use it.
public final class ComStream: Unknown {
  private struct Content: Sendable {
    var bytes: [UInt8] = []
    var position = 0
    /// Which packet begins where: for what is told, never for what is read.
    var packets: [Int: PacketID] = [:]
  }

  private let content: ShortLock<Content>

  /// - Parameter bytes: what it holds; it stands at its beginning.
  public init(_ bytes: [UInt8] = [], in process: ComProcess) {
    content = ShortLock(Content(bytes: bytes))
    super.init(.stream, name: "stream", process: process, home: nil)
  }

  public override func hasInterface(_ iid: GUID) throws(HResult) -> Bool {
    iid == IUnknown.iid || iid == IStream.iid
  }

  /// All that it holds.
  public var bytes: [UInt8] { content.withLock { $0.bytes } }

  /// Where the next read or write begins.
  public var position: Int { content.withLock { $0.position } }

  /// Moves to a place; beyond the end it is the end.
  public func seek(to position: Int) {
    content.withLock { $0.position = max(0, min(position, $0.bytes.count)) }
  }

  /// Writes where it stands, over what is there.
  public func write(_ new: [UInt8]) { write(new, packet: .none) }

  func write(_ new: [UInt8], packet: PacketID) {
    content.withLock { content in
      kernel.tell(
        .streamWritten(id, packet, offset: UInt32(content.position), count: UInt32(new.count)))
      let end = min(content.position + new.count, content.bytes.count)
      for place in content.position..<content.position + new.count {
        content.packets[place] = nil
      }
      content.bytes.replaceSubrange(content.position..<end, with: new)
      if !packet.isNone { content.packets[content.position] = packet }
      content.position += new.count
    }
  }

  /// Reads one OBJREF from where it stands, and stands behind it.
  ///
  /// - Throws: `STG_E_READFAULT` where the stream ends early, `RPC_E_INVALID_OBJREF` for anything
  ///   else that is no OBJREF; the stream stands where it stood.
  func readReference() throws(HResult) -> (ObjectReference, PacketID) {
    let (bytes, start, packet) = content.withLock { content in
      (content.bytes, content.position, content.packets[content.position] ?? .none)
    }
    var reader = WireReader(bytes, at: start, shortfall: .STG_E_READFAULT)
    let reference = try ObjectReference.read(from: &reader)
    let end = reader.position
    content.withLock { content in
      kernel.tell(
        .streamRead(id, packet, offset: UInt32(start), count: UInt32(end - start)))
      content.position = end
    }
    return (reference, packet)
  }
}

/// `CreateStreamOnHGlobal`.
public func createStream(as holder: String? = nil) -> ComPtr<IStream> {
  ComPtr(ComStream(in: ComThread.current.process), as: holder)
}

extension InterfacePointer where I == IStream, Self: ~Copyable {
  /// The stream behind the pointer.
  ///
  /// - Throws: `CO_E_RELEASED` where it is a tombstone; that is told.
  func stream() throws(HResult) -> ComStream {
    try value.unknown.refuseIfDead(.call, by: .of(nil, in: value.unknown.kernel))
    guard let stream = value.methods else { throw .E_INVALIDARG }
    return stream
  }

  /// IStream::Seek from the beginning.
  public func seek(to position: Int) throws(HResult) { try stream().seek(to: position) }

  /// All that the stream holds.
  public func bytes() throws(HResult) -> [UInt8] { try stream().bytes }

  /// IStream::Write.
  public func write(_ bytes: [UInt8]) throws(HResult) { try stream().write(bytes) }
}
