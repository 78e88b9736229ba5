import ThreadKernel
import Trace

/// What processes ask the machine's OXID resolver, as bytes.
enum OxidRequest: Hashable, Sendable {
  /// An apartment of the asker's can be reached so.
  case export(Whereabouts)
  /// How is that apartment reached?
  case resolve(ApartmentID)

  /// `OXID`.
  private static let signature: UInt32 = 0x4449_584F

  var bytes: [UInt8] {
    var writer = WireWriter(reserving: 32)
    writer.packed(Self.signature)
    switch self {
    case .export(let whereabouts):
      writer.packed(UInt32(1))
      whereabouts.write(to: &writer)
    case .resolve(let apartment):
      writer.packed(UInt32(2))
      writer.packed(apartment.number)
    }
    return writer.bytes
  }

  /// Nil for bytes that are no request to the resolver.
  init?(_ bytes: [UInt8]) {
    var reader = WireReader(bytes)
    guard let request = try? Self.read(from: &reader), reader.remaining == 0 else { return nil }
    self = request
  }

  private static func read(from reader: inout WireReader) throws(HResult) -> OxidRequest {
    guard try reader.packed(UInt32.self) == signature else { throw .RPC_E_INVALID_DATAPACKET }
    switch try reader.packed(UInt32.self) {
    case 1: return .export(try .read(from: &reader))
    case 2: return .resolve(ApartmentID(try reader.packed()))
    default: throw .RPC_E_INVALID_DATAPACKET
    }
  }

  /// What the resolver answered; nil where it knows nothing.
  static func answer(_ bytes: [UInt8]) -> Whereabouts? {
    var reader = WireReader(bytes)
    return try? Whereabouts.read(from: &reader)
  }
}

/// The machine's OXID resolver: which apartments can be reached from other processes, and how.
///
/// It lives with the kernel, beside the SCM, and answers what processes ask by `Kernel.ask`.
public final class OxidResolver: Sendable {
  private let known = ShortLock<[ApartmentID: Whereabouts]>([:])

  public init() {}

  /// Answers a request; nil where it is no request to the resolver.
  public func answer(_ asker: ThreadID, _ bytes: [UInt8]) -> [UInt8]? {
    guard let request = OxidRequest(bytes) else { return nil }
    switch request {
    case .export(let whereabouts):
      // Nobody speaks for another process.
      guard whereabouts.process == asker.processID,
        whereabouts.mailThread.processID == asker.processID
      else { return [] }
      known.withLock { $0[whereabouts.apartment] = whereabouts }
      return []
    case .resolve(let apartment):
      var writer = WireWriter(reserving: 16)
      known.withLock { $0[apartment] }?.write(to: &writer)
      return writer.bytes
    }
  }

  /// The apartments of a process that is gone are nowhere any more.
  public func forget(_ process: ProcessID) {
    known.withLock { known in known = known.filter { $0.value.process != process } }
  }
}

extension Whereabouts {
  func write(to writer: inout WireWriter) {
    writer.packed(apartment.number)
    writer.packed(UInt32(kind.rawValue))
    writer.packed(process.number)
    writer.packed(mailThread)
  }

  static func read(from reader: inout WireReader) throws(HResult) -> Whereabouts {
    let apartment = ApartmentID(try reader.packed())
    guard let kind = ApartmentKind(rawValue: UInt8(clamping: try reader.packed(UInt32.self)))
    else { throw .RPC_E_INVALID_DATAPACKET }
    return Whereabouts(
      apartment: apartment, kind: kind, process: ProcessID(try reader.packed()),
      mailThread: try reader.thread())
  }
}
