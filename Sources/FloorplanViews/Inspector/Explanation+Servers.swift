import Trace

/// What is said of classes, modules, class objects, and cookies.
extension PlanContext {
  func explanation(ofClass id: ClassID) -> String {
    guard let entry = world.classes[id] else { return "It is not known at this moment." }
    return "A class as the registry has it: the module with its code, and a word that says how its "
      + "objects may be placed. COM reads it before the module is loaded. "
      + Inspection.placement(entry.model)
  }

  static let module =
    "A module: a DLL with the code of classes. It counts its objects and its locks; where both are "
    + "0 it says that it may be unloaded. A thread can be in its last instructions even then."
  static let registration =
    "A class object that a program registered at run time, in its own apartment: who asks for the "
    + "class in that process gets it instead of what the registry says."
  static let cookie =
    "A cookie of the global interface table: a number that any apartment of the process can turn "
    + "into a pointer of its own, as often as it likes, until it is revoked."
}
