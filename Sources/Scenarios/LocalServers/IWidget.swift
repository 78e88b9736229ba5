import ApartmentRuntime
import Trace

/// What a component does that is an `IWidget`.
protocol Widgeting: AnyObject {
  /// Paints itself once more.
  ///
  /// - Returns: how often it was painted by now.
  func paint() throws(HResult) -> Int32
  /// Works for a while: so many steps, and others may go on at each.
  func work(_ steps: Int32) throws(HResult) -> Int32
  /// What it looks like.
  func describe() throws(HResult) -> String
  /// Has its server stop, whoever still uses it.
  func quit() throws(HResult) -> Nothing
}

/// What the objects of the local servers have.
enum IWidget: ComInterface {
  typealias Methods = any Widgeting
  static let iid: GUID = "A1F00031-0000-4000-8000-F100F1A00001"
  static let name = "IWidget"
  static func methods(of object: AnyObject) -> (any Widgeting)? { object as? any Widgeting }

  static let paint = Method(3, "Paint") { (widget: any Widgeting) throws(HResult) -> Int32 in
    try widget.paint()
  }
  static let work = Method(4, "Work") {
    (widget: any Widgeting, steps: Int32) throws(HResult) -> Int32 in
    try widget.work(steps)
  }
  static let describe = Method(5, "Describe") {
    (widget: any Widgeting) throws(HResult) -> String in
    try widget.describe()
  }
  static let quit = Method(6, "Quit") { (widget: any Widgeting) throws(HResult) -> Nothing in
    try widget.quit()
  }
  static var stubs: [StubMethod<Methods>] {
    [paint.stub, work.stub, describe.stub, quit.stub]
  }
}

extension InterfacePointer where I == IWidget, Self: ~Copyable {
  @discardableResult
  func paint(file: StaticString = #fileID, line: UInt32 = #line) throws(HResult) -> Int32 {
    try call(IWidget.paint, file, line) { widget throws(HResult) in try widget.paint() }
  }

  @discardableResult
  func work(
    _ steps: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IWidget.work, file, line, steps) { widget throws(HResult) in
      try widget.work(steps)
    }
  }

  @discardableResult
  func describe(
    file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> String {
    try call(IWidget.describe, file, line) { widget throws(HResult) in try widget.describe() }
  }

  func quit(file: StaticString = #fileID, line: UInt32 = #line) throws(HResult) {
    _ = try call(IWidget.quit, file, line) { widget throws(HResult) in try widget.quit() }
  }
}

/// The classes of the local servers, as the registry has them.
enum WidgetClass {
  static let widget: GUID = "A1F00032-0000-4000-8000-F100F1A00001"
  static let gadget: GUID = "A1F00033-0000-4000-8000-F100F1A00001"
  static let gizmo: GUID = "A1F00034-0000-4000-8000-F100F1A00001"
}
