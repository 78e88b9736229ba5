import Glibc
import Trace

/// A recording being written: beside its place, as events come, and moved there when it is whole.
public final class RecordingFile {
  public let path: String
  private let partPath: String
  private var descriptor: Int32
  private var writer = RecordingWriter()

  public init(_ path: String, header: RecordingHeader) throws(BadInput) {
    self.path = path
    partPath = path + ".part"
    descriptor = open(partPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileBytes.failure("write", path) }
    writer.write(header)
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

  /// Throws away what was written.
  func discard() {
    close(descriptor)
    descriptor = -1
    unlink(partPath)
  }
}
