import CPty
import Glibc

/// What a started program gets for its first three descriptors.
enum StandardStream {
  case path(String, flags: Int32)
  case descriptor(Int32)
}

enum Spawning {
  /// Starts `path` in a session of its own, with no signals blocked or ignored: tests run on threads
  /// that block nearly all of them, and children inherit that.
  static func start(
    _ path: String, _ arguments: [String], _ environment: [String: String],
    streams: [StandardStream]
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, stream) in streams.enumerated() {
      switch stream {
      case .path(let path, let flags):
        posix_spawn_file_actions_addopen(&actions, Int32(number), path, flags, 0o600)
      case .descriptor(let descriptor):
        posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
      }
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(
      &attributes,
      cpty_spawn_setsid() | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))

    var argumentPointers = ([path] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argumentPointers + variables { free(pointer) } }
    var process: pid_t = 0
    let code = posix_spawn(
      &process, path, &actions, &attributes, &argumentPointers, &variables)
    guard code == 0 else { throw HarnessError(what: "spawn \(path)", code: code) }
    return process
  }

  /// A small environment: nothing of the tester's own leaks in but where the libraries are.
  static func environment(_ changes: [String: String]) -> [String: String] {
    var result = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"]
    for name in ["HOME", "LD_LIBRARY_PATH"] {
      if let value = getenv(name) { result[name] = String(cString: value) }
    }
    return result.merging(changes) { $1 }
  }
}

/// Where the products of the build lie: beside the bundle that these tests are in.
public enum BuildProducts {
  public static var directory: String {
    let path = String(cString: cpty_image_path())
    return path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
  }

  /// The path of a built program.
  public static func path(of program: String) -> String { directory + "/" + program }
}

/// How a program ended.
public enum Ending: Hashable, Sendable {
  case exited(code: Int)
  case killed(signal: Int32)

  init(status: Int32) {
    let signal = cpty_ending_signal(status)
    self = signal != 0 ? .killed(signal: signal) : .exited(code: Int(cpty_exit_code(status)))
  }
}
