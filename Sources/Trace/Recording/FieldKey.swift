/// A field of the recording format: its name, and the word that lines are searched for.
struct FieldKey: Sendable {
  let name: String
  let word: Word

  private init(_ name: String) {
    self.name = name
    word = Word(name)
  }

  // Of every event.
  static let n = FieldKey("n")
  static let t = FieldKey("t")
  static let p = FieldKey("p")
  static let th = FieldKey("th")
  static let at = FieldKey("at")
  static let k = FieldKey("k")

  // Of the header and the end.
  static let floorplan = FieldKey("floorplan")
  static let scenario = FieldKey("scenario")
  static let knobs = FieldKey("knobs")
  static let strategy = FieldKey("strategy")
  static let seed = FieldKey("seed")
  static let clock = FieldKey("clock")
  static let size = FieldKey("size")
  static let sources = FieldKey("sources")
  static let file = FieldKey("file")
  static let end = FieldKey("end")

  // Things.
  static let id = FieldKey("id")
  static let name = FieldKey("name")
  static let process = FieldKey("process")
  static let thread = FieldKey("thread")
  static let threads = FieldKey("threads")
  static let apartment = FieldKey("apartment")
  static let object = FieldKey("object")
  static let reference = FieldKey("reference")
  static let stub = FieldKey("stub")
  static let interfaceStub = FieldKey("interfaceStub")
  static let packet = FieldKey("packet")
  static let proxy = FieldKey("proxy")
  static let call = FieldKey("call")
  static let message = FieldKey("message")
  static let bytes = FieldKey("bytes")
  static let `class` = FieldKey("class")
  static let module = FieldKey("module")
  static let registration = FieldKey("registration")
  static let global = FieldKey("global")

  // Values.
  static let text = FieldKey("text")
  static let hex = FieldKey("hex")
  static let more = FieldKey("more")
  static let runnable = FieldKey("runnable")
  static let point = FieldKey("point")
  static let mode = FieldKey("mode")
  static let ring = FieldKey("ring")
  static let slot = FieldKey("slot")
  static let origin = FieldKey("origin")
  static let wait = FieldKey("wait")
  static let by = FieldKey("by")
  static let result = FieldKey("result")
  static let kind = FieldKey("kind")
  static let main = FieldKey("main")
  static let how = FieldKey("how")
  static let count = FieldKey("count")
  static let role = FieldKey("role")
  static let holder = FieldKey("holder")
  static let use = FieldKey("use")
  static let value = FieldKey("value")
  static let path = FieldKey("path")
  static let strong = FieldKey("strong")
  static let weak = FieldKey("weak")
  static let locks = FieldKey("locks")
  static let disconnected = FieldKey("disconnected")
  static let from = FieldKey("from")
  static let to = FieldKey("to")
  static let offset = FieldKey("offset")
  static let causality = FieldKey("causality")
  static let parent = FieldKey("parent")
  static let model = FieldKey("model")
  static let objects = FieldKey("objects")
  static let due = FieldKey("due")
  static let context = FieldKey("context")
  static let picoseconds = FieldKey("picoseconds")
  static let machine = FieldKey("machine")
}
