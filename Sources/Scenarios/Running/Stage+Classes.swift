import ApartmentRuntime
import ThreadKernel
import Trace

extension Stage {
  /// Registers classes, as an installation would, and puts the files of their servers onto the disk.
  /// Where the person brought a registry of their own, its entries come before the lesson's.
  func register(_ entries: [ClassEntry], _ files: [ModuleFile]) {
    for file in files { process.registry.install(file) }
    for entry in entries {
      process.registry.add(ownClasses.first { $0.clsid == entry.clsid } ?? entry)
    }
    for entry in ownClasses where process.registry.entry(entry.clsid) == nil {
      process.registry.add(entry)
    }
    process.tellRegistry()
  }

  /// The ThreadingModel that a class will have: the person's own registry comes before the lesson's.
  func model(of clsid: GUID, lessonHas model: String?) -> ThreadingModel {
    let own = ownClasses.first { $0.clsid == clsid }
    return ThreadingModel(registryText: own == nil ? model : own?.model)
  }

  /// The ThreadingModel that a knob's value stands for: `absent` is none.
  static func model(_ value: String) -> String? { value == "absent" ? nil : value }

  /// Counts hand-offs, packets and bytes of what the body does, under that name.
  @discardableResult
  func counting<Result: ~Copyable>(
    _ name: String, _ body: () throws(HResult) -> Result
  ) throws(HResult) -> Result {
    let name = kernel.name(name)
    kernel.tell(.sectionBegan(name))
    defer { kernel.tell(.sectionEnded(name)) }
    return try body()
  }
}

extension ThreadingModel {
  /// Whether objects of the model have to bear several threads at once.
  var needsSafeObjects: Bool {
    switch self {
    case .absent, .apartment, .invalid: false
    case .both, .free, .neutral: true
    }
  }
}
