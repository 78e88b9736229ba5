import ApartmentRuntime
import ThreadKernel

/// Where the processes of a scenario live, beside the first one.
public enum ProcessHome: Hashable, Sendable {
  /// In this operating-system process: for recordings, which have to come out the same everywhere.
  case inside
  /// In child processes of that executable, which understands `-Embedding`.
  case children(executable: String)
}

extension Scenario {
  /// The machine's registry: the scenario's classes, with their programs on the disk.
  func makeRegistry(_ knobs: KnobValues) -> Registry {
    let registry = Registry()
    for program in programs(knobs) {
      registry.install(
        ProgramFile(program.name) { process in
          program.main(Stage(kernel: process.kernel, process: process, knobs: knobs))
        })
    }
    for entry in classes(knobs) { registry.add(entry) }
    return registry
  }

  /// How programs become processes; nil: inside this one of the operating system.
  func hosting(_ home: ProcessHome, _ knobs: KnobValues) -> ServiceControlManager.Hosting? {
    guard case .children(let executable) = home else { return nil }
    return { [id] file, start in
      let embedding = Embedding(
        scenario: id, knobs: knobs.settings, program: file.name, start: start)
      return .child(
        ChildProgram(
          executable: executable, arguments: [Embedding.argument], start: embedding.bytes))
    }
  }
}
