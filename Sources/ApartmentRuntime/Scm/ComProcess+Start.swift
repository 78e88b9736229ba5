import ThreadKernel
import Trace

extension ComProcess {
  /// What a scenario may set for all processes of a run.
  public struct Settings: Hashable, Sendable {
    /// Whether COM locks a local server for clients that have a class object of it (O16). Off, the
    /// server can go under them (O15).
    public var locksImplicitly: Bool
    /// Whether anybody reports that a client is dead. Off, it is missed by its pings.
    public var reportsDeaths: Bool

    public init(locksImplicitly: Bool = true, reportsDeaths: Bool = true) {
      self.locksImplicitly = locksImplicitly
      self.reportsDeaths = reportsDeaths
    }
  }

  /// What a process begins with.
  public struct Start: Hashable, Sendable {
    public var name: String
    /// One that the SCM has started ends in `-Embedding` (SCM-02).
    public var commandLine: String
    public var settings: Settings

    public init(name: String, commandLine: String, settings: Settings = Settings()) {
      self.name = name
      self.commandLine = commandLine
      self.settings = settings
    }
  }

  /// Whether the SCM has started it, to serve clients.
  public var isEmbedding: Bool { start.commandLine.hasSuffix("-Embedding") }

  /// Runs a program that the machine has on its disk: for the first thread of a child process.
  public func run(program name: String) {
    run { registry.program(name)?.main(self) }
  }

  /// Has programs run as processes in this operating-system process.
  static func inside(
    _ kernel: Kernel, _ registry: Registry
  ) -> ServiceControlManager.Hosting {
    { [unowned kernel] file, start in
      .inside { [unowned kernel] id in
        let process = ComProcess(of: id, start, in: kernel, registry: registry)
        process.run { file.main(process) }
      }
    }
  }
}
