import Glibc
import Trace

/// A recording being written: beside its place, as events come, and moved there when it is whole.
public final class RecordingFile {
  public let path: String
  private let partPath: String
  private var descriptor: Int32
  private var header: RecordingHeader
  private var writer = RecordingWriter()

  public init(_ path: String, header: RecordingHeader) throws(BadInput) {
    self.path = path
    self.header = header
    partPath = Self.partPath(of: path)
    descriptor = try Self.openPart(of: path, O_TRUNC)
    writer.write(header)
  }

  /// Throws what a recording to this path would throw, and leaves nothing behind.
  static func check(_ path: String) throws(BadInput) {
    let part = partPath(of: path)
    let isNew = access(part, F_OK) != 0
    close(try openPart(of: path, 0))
    if isNew { unlink(part) }
  }

  private static func partPath(of path: String) -> String { path + ".part" }

  private static func openPart(of path: String, _ flags: Int32) throws(BadInput) -> Int32 {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw BadInput(.data, "\(path): this is no plain file; give another path to record to")
    }
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | flags
    let descriptor = open(partPath(of: path), flags, 0o644)
    guard descriptor >= 0 else { throw FileBytes.failure("write", path) }
    return descriptor
  }

  deinit {
    // One that was not finished stays beside its place: it plays to its last whole event.
    if descriptor >= 0 { close(descriptor) }
  }

  public func write(_ events: [Event]) throws(BadInput) {
    for event in events { writer.write(event) }
    try FileBytes.write(writer.takeBytes(), to: descriptor, partPath)
  }

  /// Writes the end and puts the file in its place.
  public func finish() throws(BadInput) {
    writer.writeEnd()
    try FileBytes.write(writer.takeBytes(), to: descriptor, partPath)
    close(descriptor)
    descriptor = -1
    guard rename(partPath, path) == 0 else { throw FileBytes.failure("write", path) }
  }

  /// The run went free: from its first line on the recording says that its times are real ones.
  func becomeReal() throws(BadInput) {
    guard header.clock != .real else { return }
    header.clock = .real
    try write([])
    let events = try FileBytes.read(partPath).split(
      separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false
    ).dropFirst().joined()
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw FileBytes.failure("write", path)
    }
    var first = RecordingWriter()
    first.write(header)
    try FileBytes.write(first.takeBytes() + events, to: descriptor, partPath)
  }
}
