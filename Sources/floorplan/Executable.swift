import Glibc

/// This program as it lies on the disk.
enum Executable {
  /// What child processes are started from. The link of the system's stands where its target can no
  /// longer be found.
  static let path: String = {
    let link = "/proc/self/exe"
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink(link, &buffer, buffer.count - 1)
    guard length > 0 else { return link }
    let path = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return access(path, X_OK) == 0 ? path : link
  }()
}
