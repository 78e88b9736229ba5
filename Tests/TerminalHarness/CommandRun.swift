import CPty
import Glibc

/// A program that ran without any terminal, and what it left.
public struct CommandRun: Sendable {
  public let ending: Ending
  public let standardOutput: String
  public let standardError: String

  /// Runs the program at `path` to its end. `standardInput`: a file's path, else nothing to read. One
  /// that has not ended in time is killed.
  public init(
    _ path: String, _ arguments: [String] = [], environment: [String: String] = [:],
    standardInput: String = "/dev/null", patience: Duration = .seconds(120)
  ) throws {
    let output = try CommandRun.scratchFile()
    let error = try CommandRun.scratchFile()
    defer {
      close(output)
      close(error)
    }
    let process = try Spawning.start(
      path, arguments, Spawning.environment(environment),
      streams: [
        .path(standardInput, flags: O_RDONLY), .descriptor(output), .descriptor(error),
      ])
    var entry = pollfd(fd: cpty_pidfd(process), events: Int16(POLLIN), revents: 0)
    if poll(&entry, 1, Int32(patience.components.seconds * 1000)) <= 0 { kill(process, SIGKILL) }
    close(entry.fd)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    ending = Ending(status: status)
    standardOutput = CommandRun.contents(output)
    standardError = CommandRun.contents(error)
  }

  /// A file without a name: a pipe could fill up.
  private static func scratchFile() throws -> Int32 {
    let descriptor = cpty_memfd()
    guard descriptor >= 0 else { throw HarnessError(what: "memfd", code: errno) }
    return descriptor
  }

  private static func contents(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = pread(descriptor, &buffer, buffer.count, off_t(bytes.count)), count > 0 {
      bytes += buffer.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
