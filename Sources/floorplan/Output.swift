import Glibc

/// Where complaints go.
enum StandardError {
  static func say(_ line: String) {
    write(Array((line + "\n").utf8), to: STDERR_FILENO)
  }
}

/// Where results go.
enum StandardOutput {
  static func write(_ bytes: [UInt8]) { floorplan.write(bytes, to: STDOUT_FILENO) }
}

private func write(_ bytes: [UInt8], to descriptor: Int32) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return }
    rest = rest.dropFirst(count)
  }
}
