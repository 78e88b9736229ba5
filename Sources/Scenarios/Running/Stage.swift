import ApartmentRuntime
import ThreadKernel
import Trace

/// What a scenario's program is written against: a process, threads by name, and its keys.
struct Stage: Sendable {
  let kernel: Kernel
  let process: ComProcess
  let knobs: KnobValues
  /// Classes of a registry that the person brought; they come before the lesson's own.
  var ownClasses: [ClassEntry] = []
  /// Where the other processes live, as the scenario's first one knows.
  var home = ProcessHome.inside

  /// Starts a thread of the program's. What it throws was refused on the way, and ends it.
  @discardableResult
  func thread(
    _ name: String, _ body: @escaping @Sendable () throws(HResult) -> Void
  ) -> KernelThread? {
    process.spawn(name) {
      do throws(HResult) {
        try body()
      } catch {
        // The refusal was told where it was made; a thread without further plans ends.
      }
    }
  }

  /// Starts a program in a process of its own; for the scenario's first process.
  @discardableResult
  func start(_ program: String, as name: String) -> ProcessID? {
    process.scm?.start(program, as: name)
  }

  /// `kill -9` of the oldest process whose name begins so; for the scenario's first process.
  func kill(_ name: String, file: StaticString = #fileID, line: UInt32 = #line) {
    Kernel.at(SourceSite(file, line)) { _ = kernel.kill(named: name) }
  }

  /// The next of these actions; nil when nothing more will be asked for.
  func nextAction(
    _ names: String..., file: StaticString = #fileID, line: UInt32 = #line
  ) -> String? {
    Kernel.at(SourceSite(file, line)) { kernel.nextAction(among: names) }
  }

  /// A place that the lesson's schedule names.
  func mark(_ name: String, file: StaticString = #fileID, line: UInt32 = #line) {
    Kernel.at(SourceSite(file, line)) { kernel.mark(name) }
  }

  /// The same for whichever thread comes by, with its name in front: `worker reads`.
  func markOwn(_ place: String, file: StaticString = #fileID, line: UInt32 = #line) {
    mark("\(KernelThread.current?.name ?? "?") \(place)", file: file, line: line)
  }

  /// An event that threads wait for.
  func signal() -> Signal { Signal(in: kernel) }

  /// Registers the proxies and stubs of the shell's interfaces.
  func registerInterfaces() {
    process.register(IServiceProvider.self)
    process.register(IShellService.self)
  }
}

/// Takes messages and serves calls until `WM_QUIT`.
func runMessageLoop(file: StaticString = #fileID, line: UInt32 = #line) {
  while let message = getMessage(file: file, line: line) {
    dispatchMessage(message, file: file, line: line)
  }
}
