import CTerminal
import Glibc

/// The real terminal, painted by ncurses. Open it on the thread that will paint and read; the main
/// function calls `TerminalSignals.block()` before any other thread starts. One at a time.
///
/// While it is open the alternate screen is up and standard error, if it is a terminal, is kept back;
/// `close()`, a suspension and even a crash leave the terminal as it was.
public final class Terminal: Screen {
  public private(set) var size: Size
  /// The characters that this terminal shows; `paint` translates.
  public let glyphs: GlyphSet
  let device: TerminalDevice
  let curses: CursesScreen
  let signals: Int32
  let waker: Waker
  /// Inputs that arrived together with one that was already reported.
  var pending: [Input]
  /// Whether the terminal still owes an answer that must not be taken for keys.
  let awaitsCursorReports: Bool
  private let leaveBytes: [UInt8]
  private var capture: StandardErrorCapture?
  private var isOpen = true

  /// Opens the terminal and puts up an empty screen.
  public init(_ configuration: TerminalConfiguration = .fromEnvironment()) throws(TerminalError) {
    let device = try TerminalDevice(path: configuration.device)
    let description = try TerminalDescription(
      type: configuration.type, descriptor: device.descriptor)
    let size = device.size ?? .standard
    let minimum = configuration.minimumSize
    guard size.width >= minimum.width, size.height >= minimum.height else {
      throw .tooSmall(size, minimum: minimum)
    }
    let (glyphs, probe) = Terminal.chooseGlyphs(configuration, description, device)
    waker = try Waker()
    TerminalSignals.block()
    var set = TerminalSignals.signalSet
    signals = ct_signalfd(&set)
    guard signals >= 0 else { throw .system(what: "signalfd", code: errno) }
    do {
      curses = try CursesScreen(device: device, configuration: configuration)
    } catch {
      Glibc.close(signals)
      throw error
    }
    self.device = device
    self.size = size
    self.glyphs = glyphs
    leaveBytes = description.leaveBytes
    awaitsCursorReports = probe?.answer == GlyphProbe.Answer.none
    pending = Terminal.keys(typedAhead: probe?.typedAhead ?? [])
    curses.resize(to: size)
    takeOver()
    curses.paint(Canvas(size), cursor: .hidden(.zero))
  }

  deinit { close() }

  /// Leaves the terminal exactly as it was, and writes out what standard error kept. Once is enough;
  /// the screen cannot be used afterwards.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    curses.close()
    giveBack()
    Glibc.close(signals)
  }

  public func paint(_ canvas: Canvas, cursor: Cursor) {
    curses.paint(glyphs.rendering(canvas), cursor: cursor)
  }

  public var wakeUp: @Sendable () -> Void {
    { [waker] in waker.wakeUp() }
  }

  /// Takes the mouse for clicks and the wheel, or gives it back so that text can be selected.
  public func setMouse(_ isOn: Bool) {
    curses.setMouse(isOn)
  }

  /// Follows the window's size and reports it if it changed.
  func followSize() -> Input? {
    guard let now = device.size, now != size else { return nil }
    size = now
    curses.resize(to: now)
    return .resize(now)
  }

  /// Guards against a crash and keeps standard error back.
  func takeOver() {
    var original = device.original
    leaveBytes.withUnsafeBytes { bytes in
      ct_guard_install(
        device.descriptor, &original,
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    capture = StandardErrorCapture()
  }

  /// The opposite of `takeOver`, when ncurses has left the screen.
  func giveBack() {
    device.restoreModes()
    ct_guard_remove()
    capture?.end()
    capture = nil
  }

  private static func chooseGlyphs(
    _ configuration: TerminalConfiguration, _ description: TerminalDescription,
    _ device: TerminalDevice
  ) -> (GlyphSet, GlyphProbe?) {
    let isUTF8 = configuration.activateLocale()
    switch configuration.glyphs {
    case .fixed(let set): return (set, nil)
    case .measured where !isUTF8: return (.ascii, nil)
    case .measured where !description.reportsCursor: return (.unicode, nil)
    case .measured:
      let probe = GlyphProbe.ask(device)
      return (probe.glyphsAreOneCellWide ? .unicode : .ascii, probe)
    }
  }

  /// Plain keys that were typed before the screen was up. Sequences of special keys are let go.
  private static func keys(typedAhead bytes: [UInt8]) -> [Input] {
    String(decoding: bytes.prefix { $0 != 0x1B }, as: UTF8.self).unicodeScalars.compactMap {
      KeyDecoder.key(character: $0.value).map(Input.key)
    }
  }
}
