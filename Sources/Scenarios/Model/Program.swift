import Trace

/// A program as it lies on the disk, for processes that a scenario's first one is not: servers that
/// the SCM starts, and other clients.
///
/// What it does may depend on the stage alone: in a child process it is found again by the
/// scenario's id, the knobs and its name.
public struct Program: Sendable {
  /// What the registry and `Stage.start` call it: `widgets.exe`.
  let name: String
  let main: @Sendable (Stage) -> Void

  /// - Parameter main: what its first thread does. What it throws was refused on the way, and ends
  ///   the thread.
  init(_ name: String, main: @escaping @Sendable (Stage) throws(HResult) -> Void) {
    self.name = name
    self.main = { stage in
      do throws(HResult) {
        try main(stage)
      } catch {
        // The refusal was told where it was made.
      }
    }
  }
}
