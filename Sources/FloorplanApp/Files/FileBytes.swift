import Glibc

/// Files as bytes.
public enum FileBytes {
  /// Everything in the file; `-` is standard input.
  public static func read(_ path: String) throws(BadInput) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("read", path) }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw failure("read", path)
      }
      bytes += buffer[..<count]
    }
  }

  /// Writes all of the bytes.
  static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(BadInput) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("write", path) }
      rest = rest.dropFirst(count)
    }
  }

  static func failure(_ verb: String, _ path: String) -> BadInput {
    let reason = String(cString: strerror(errno))
    return BadInput(.data, "\(path): cannot \(verb) it (\(reason)); give another file")
  }
}
