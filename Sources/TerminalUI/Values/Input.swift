/// A key, as the terminal told it.
public enum Key: Hashable, Sendable {
  case character(Character)
  /// A letter with Ctrl, in lower case: `.control("c")`. What Ctrl makes of Tab, Enter, Escape and
  /// Backspace is told as those keys.
  case control(Character)
  case up, down, left, right
  case pageUp, pageDown, home, end
  case enter, escape, tab, backTab, backspace, delete, insert
  /// F1 is `.function(1)`.
  case function(Int)

  public static let space = Key.character(" ")
}

/// What the mouse did, and where.
public enum Mouse: Hashable, Sendable {
  /// The left button went down.
  case click(Point)
  case wheelUp(Point)
  case wheelDown(Point)
}

/// What a screen reports to the program.
public enum Input: Hashable, Sendable {
  case key(Key)
  case mouse(Mouse)
  /// The terminal has another size now; paint anew.
  case resize(Size)
  /// The program was suspended and goes on; the screen is blank until painted.
  case resumed
  /// Asked to end (SIGTERM, SIGINT, SIGQUIT).
  case terminate
  /// The terminal went away (SIGHUP).
  case hangup
  /// No more keys can come.
  case endOfInput
  /// Nothing came within the time given.
  case timedOut
  /// Another thread called `wakeUp`.
  case wakeUp
}
