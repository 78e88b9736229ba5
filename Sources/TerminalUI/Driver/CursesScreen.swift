import CNcurses
import Glibc

/// ncurses, and nothing else touches it. The library keeps its state in globals and is not
/// thread-safe. **Invariant:** one `CursesScreen` lives at a time, and one thread uses it: `Terminal`,
/// which owns it, is not `Sendable`, so the compiler keeps both on one thread.
final class CursesScreen {
  private let screen: OpaquePointer
  private let output: UnsafeMutablePointer<FILE>
  private let input: UnsafeMutablePointer<FILE>
  private let window: UnsafeMutablePointer<WINDOW>
  /// Keys are read through a pad of their own: reading from a window would also refresh it.
  private let keys: UnsafeMutablePointer<WINDOW>
  private let palette: Palette

  /// How long the rest of an escape sequence may take, in milliseconds, before Escape is a key.
  private static let escapeDelay: Int32 = 25

  init(device: TerminalDevice, configuration: TerminalConfiguration) throws(TerminalError) {
    guard let output = CursesScreen.stream(device.descriptor, "w"),
      let input = CursesScreen.stream(device.descriptor, "r")
    else { throw .system(what: "fdopen", code: errno) }
    guard let screen = newterm(configuration.type, output, input) else {
      fclose(output)
      fclose(input)
      throw .unknownType(configuration.type)
    }
    guard let window = nc_stdscr(), let keys = newpad(1, 1) else {
      endwin()
      delscreen(screen)
      throw .system(what: "newterm", code: errno)
    }
    self.output = output
    self.input = input
    self.screen = screen
    self.window = window
    self.keys = keys
    palette = CursesScreen.startColours(noColour: configuration.noColour)
    raw()
    noecho()
    nonl()
    keypad(keys, true)
    nodelay(keys, true)
    leaveok(window, false)
    set_escdelay(CursesScreen.escapeDelay)
    mouseinterval(0)
    curs_set(0)
    setMouse(configuration.usesMouse)
  }

  /// Leaves ncurses' screen for good.
  func close() {
    curs_set(1)
    endwin()
    delwin(keys)
    delscreen(screen)
    fclose(output)
    fclose(input)
  }

  /// Takes the mouse, or gives it back so that text can be selected with it.
  func setMouse(_ isOn: Bool) {
    mousemask(isOn ? nc_left_button() | nc_wheel_up() | nc_wheel_down() : 0, nil)
  }

  private static func stream(_ descriptor: Int32, _ mode: String) -> UnsafeMutablePointer<FILE>? {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    return copy < 0 ? nil : fdopen(copy, mode)
  }

  /// Each role gets a colour pair of its own: its number and 1.
  private static func startColours(noColour: String?) -> Palette {
    guard has_colors(), start_color() == OK else { return .monochrome }
    use_default_colors()
    let palette = Palette(colours: Int(nc_colours()), noColour: noColour)
    for role in Role.allCases {
      let look = palette.appearance(of: role)
      init_extended_pair(
        pair(of: role), look.foreground.map { Int32($0.index) } ?? -1,
        look.background.map { Int32($0.index) } ?? -1)
    }
    return palette
  }

  private static func pair(of role: Role) -> Int32 { Int32(role.rawValue) + 1 }
}

// MARK: Showing

extension CursesScreen {
  /// Makes the terminal show `canvas`; ncurses sends only what differs from before.
  func paint(_ canvas: Canvas, cursor: Cursor) {
    werase(window)
    for y in 0..<canvas.size.height {
      for (x, cell) in canvas.row(y).enumerated() where cell != .blank {
        put(cell, x: x, y: y)
      }
    }
    switch cursor {
    case .hidden: curs_set(0)
    case .visible: curs_set(1)
    }
    wmove(window, Int32(cursor.point.y), Int32(cursor.point.x))
    wrefresh(window)
  }

  private func put(_ cell: Cell, x: Int, y: Int) {
    guard case .character(let character) = cell.content else { return }
    // A character and at most three marks, ended by 0: as much as an ncurses cell surely takes.
    withUnsafeTemporaryAllocation(of: wchar_t.self, capacity: 5) { text in
      var count = 0
      for scalar in character.unicodeScalars.prefix(4) {
        text[count] = wchar_t(bitPattern: scalar.value)
        count += 1
      }
      text[count] = 0
      let marks = palette.appearance(of: cell.style).attributes
      let pair = palette == .monochrome ? 0 : CursesScreen.pair(of: cell.style.role)
      nc_put(window, Int32(y), Int32(x), text.baseAddress, marks.curses, pair)
    }
  }

  /// Tells ncurses the terminal's new size.
  func resize(to size: Size) {
    resizeterm(Int32(size.height), Int32(size.width))
  }

  /// Gives the terminal back for a while; `resume` takes it again.
  func pause() {
    curs_set(1)
    endwin()
  }

  /// Takes the terminal again and draws everything anew: nobody knows what stands there now.
  func resume() {
    reset_prog_mode()
    clearok(nc_curscr(), true)
    wrefresh(window)
    // Not before: some terminals keep the cursor's visibility with the main screen.
    curs_set(0)
  }
}

extension Attributes {
  fileprivate var curses: attr_t {
    var marks: attr_t = 0
    if contains(.bold) { marks |= nc_bold() }
    if contains(.dim) { marks |= nc_dim() }
    if contains(.reverse) { marks |= nc_reverse() }
    if contains(.underline) { marks |= nc_underline() }
    return marks
  }
}

// MARK: Reading

extension CursesScreen {
  /// What ncurses read.
  enum Event {
    case input(Input)
    /// Something that means nothing here, such as a button going up.
    case unknown
    case nothing
  }

  /// The next key or mouse event of what has arrived.
  func nextEvent() -> Event {
    var code: wint_t = 0
    switch wget_wch(keys, &code) {
    case OK:
      return KeyDecoder.key(character: code).map { .input(.key($0)) } ?? .unknown
    case KEY_CODE_YES where Int32(code) == KEY_MOUSE:
      return mouseEvent().map { .input(.mouse($0)) } ?? .unknown
    case KEY_CODE_YES:
      return CursesScreen.key(named: Int32(code)).map { .input(.key($0)) } ?? .unknown
    default:
      return .nothing
    }
  }

  private func mouseEvent() -> Mouse? {
    var event = MEVENT()
    guard getmouse(&event) == OK else { return nil }
    let point = Point(x: Int(event.x), y: Int(event.y))
    if event.bstate & nc_left_button() != 0 { return .click(point) }
    if event.bstate & nc_wheel_up() != 0 { return .wheelUp(point) }
    if event.bstate & nc_wheel_down() != 0 { return .wheelDown(point) }
    return nil
  }

  private static func key(named code: Int32) -> Key? {
    switch code {
    case KEY_UP: .up
    case KEY_DOWN: .down
    case KEY_LEFT: .left
    case KEY_RIGHT: .right
    case KEY_PPAGE: .pageUp
    case KEY_NPAGE: .pageDown
    case KEY_HOME, KEY_FIND: .home
    case KEY_END, KEY_SELECT: .end
    case KEY_ENTER: .enter
    case KEY_BTAB: .backTab
    case KEY_BACKSPACE: .backspace
    case KEY_DC: .delete
    case KEY_IC: .insert
    case nc_function_key(1)...nc_function_key(24): .function(Int(code - nc_function_key(0)))
    default: nil
    }
  }
}
