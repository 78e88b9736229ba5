import CKernel

/// The machine that it runs on, for who measures.
public enum Machine {
  /// Monotonic nanoseconds.
  public static var now: UInt64 { ck_now() }

  /// How many cores a thread may run on.
  public static var cores: Int { Int(ck_core_count()) }

  /// The processor's name and the number of cores: `AMD EPYC 7B13, 2 cores`.
  public static let name: String = {
    var bytes = [CChar](repeating: 0, count: 64)
    ck_processor(&bytes, Int32(bytes.count))
    let letters = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let model = letters.isEmpty ? "unknown processor" : String(decoding: letters, as: UTF8.self)
    return "\(model), \(cores) \(cores == 1 ? "core" : "cores")"
  }()

  /// Nanoseconds for so many round trips between two threads that wake each other, with nothing else
  /// done: what no call between threads can be cheaper than.
  public static func roundTrips(_ count: Int, cores: (Int, Int)) -> UInt64 {
    ck_ping_pong(Int32(clamping: count), Int32(clamping: cores.0), Int32(clamping: cores.1))
  }
}
