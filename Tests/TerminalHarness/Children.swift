import CPty
import Foundation
import Glibc

/// Child processes of some process, as the system has them.
public enum Children {
  public static func of(_ process: pid_t) -> [pid_t] {
    let tasks =
      (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
    return tasks.flatMap { task in
      let path = "/proc/\(process)/task/\(task)/children"
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      return text.split(separator: " ").compactMap { pid_t($0) }
    }.sorted()
  }

  /// The numbers of the descriptors that a process has open.
  public static func descriptors(of process: pid_t) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").sorted()
  }

  /// Whether all have ended within the time that a slow machine may need: the system says when.
  public static func haveEnded(_ processes: [pid_t]) -> Bool {
    processes.allSatisfy { process in
      let descriptor = cpty_pidfd(process)
      guard descriptor >= 0 else { return true }
      defer { close(descriptor) }
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      return poll(&entry, 1, 20_000) > 0
    }
  }
}
