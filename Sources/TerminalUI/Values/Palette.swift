/// A colour by its number in the terminal's table of 256 (the first 16 are the terminal's own).
public struct Colour: Hashable, Sendable {
  public let index: UInt8

  public init(_ index: UInt8) {
    self.index = index
  }

  /// The usual red, green and blue of the number, each 0 to 255, for exports.
  public var rgb: (red: UInt8, green: UInt8, blue: UInt8) {
    switch index {
    case 0..<16:
      return Colour.firstSixteen[Int(index)]
    case 16..<232:
      let cube = Int(index) - 16
      return (
        Colour.level(cube / 36), Colour.level(cube / 6 % 6), Colour.level(cube % 6)
      )
    default:
      let grey = 8 + 10 * (index - 232)
      return (grey, grey, grey)
    }
  }

  private static func level(_ step: Int) -> UInt8 { step == 0 ? 0 : UInt8(55 + 40 * step) }

  private static let firstSixteen: [(red: UInt8, green: UInt8, blue: UInt8)] = [
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205),
    (0, 205, 205), (229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0),
    (92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
  ]
}

/// How a role or a style looks. No colour means the terminal's own.
public struct Appearance: Hashable, Sendable {
  public var foreground: Colour?
  public var background: Colour?
  public var attributes: Attributes

  public init(
    foreground: Colour? = nil, background: Colour? = nil, attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}

/// How each role looks. The colours follow Okabe and Ito (distinct for the colour-blind), darkened
/// where needed so that they read on a light and on a dark background; and no role is told by
/// colour alone.
public enum Palette: Hashable, Sendable, CaseIterable {
  case colours256
  case colours16
  /// Attributes only.
  case monochrome

  /// The palette for a terminal with `colours` colours. `noColour` is the value of `NO_COLOR`,
  /// which asks for none when it is present and not empty.
  public init(colours: Int, noColour: String?) {
    let asksForNone = !(noColour ?? "").isEmpty
    switch colours {
    case _ where asksForNone: self = .monochrome
    case 256...: self = .colours256
    case 8...: self = .colours16
    default: self = .monochrome
    }
  }

  /// How `role` looks.
  public func appearance(of role: Role) -> Appearance {
    let marks = Palette.marks(of: role)
    switch self {
    case .monochrome:
      return Appearance(attributes: marks.union(role == .acting ? .reverse : []))
    case .colours256:
      return Palette.coloured(role, marks, Palette.foreground256(of: role), actor: (16, 221))
    case .colours16:
      return Palette.coloured(role, marks, Palette.foreground16(of: role), actor: (0, 3))
    }
  }

  /// How `style` looks: its role, with its own marks added.
  public func appearance(of style: Style) -> Appearance {
    var look = appearance(of: style.role)
    look.attributes.formUnion(style.attributes)
    return look
  }

  private static func coloured(
    _ role: Role, _ marks: Attributes, _ foreground: UInt8?, actor: (UInt8, UInt8)
  ) -> Appearance {
    // Yellow text cannot be read on white: what acts is a yellow bar with black text.
    if role == .acting {
      return Appearance(
        foreground: Colour(actor.0), background: Colour(actor.1), attributes: marks)
    }
    // Terminals halve what is dim: a grey of its own is lighter than the rest on its own already.
    let attributes = foreground == nil ? marks : marks.subtracting(.dim)
    return Appearance(foreground: foreground.map(Colour.init), attributes: attributes)
  }

  private static func marks(of role: Role) -> Attributes {
    switch role {
    case .plain, .proxy, .stub, .object, .packet, .wall, .ok: []
    case .dim, .past: .dim
    case .acting, .changed, .title, .key: .bold
    case .warning: .underline
    case .error: [.bold, .reverse]
    case .selection: .reverse
    }
  }

  private static func foreground256(of role: Role) -> UInt8? {
    switch role {
    case .plain, .title, .key, .selection, .acting: nil
    case .dim, .past, .wall: 244
    case .changed, .warning, .error: 166
    case .proxy: 32
    case .stub: 132
    case .object, .ok: 29
    case .packet: 136
    }
  }

  private static func foreground16(of role: Role) -> UInt8? {
    switch role {
    case .plain, .title, .key, .selection, .acting, .wall, .dim, .past, .packet: nil
    case .changed, .warning, .error: 1
    case .proxy: 6
    case .stub: 5
    case .object, .ok: 2
    }
  }
}
