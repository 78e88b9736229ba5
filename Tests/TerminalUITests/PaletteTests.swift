import Glibc
import Testing

@testable import TerminalUI

struct PaletteTests {
  @Test(arguments: [
    (256, nil, Palette.colours256), (256, "", .colours256), (256, "1", .monochrome),
    (256, "0", .monochrome), (16, nil, .colours16), (8, nil, .colours16), (8, "yes", .monochrome),
    (2, nil, .monochrome), (-1, nil, .monochrome), (16_777_216, nil, .colours256),
  ])
  func choice(colours: Int, noColour: String?, palette: Palette) {
    #expect(Palette(colours: colours, noColour: noColour) == palette)
  }

  @Test func monochromeHasNoColours() {
    for role in Role.allCases {
      let look = Palette.monochrome.appearance(of: role)
      #expect(look.foreground == nil && look.background == nil)
    }
  }

  @Test(arguments: Palette.allCases)
  func whatMattersIsMarkedWithoutColour(palette: Palette) {
    for role in [Role.acting, .changed, .warning, .error, .selection] {
      #expect(palette.appearance(of: role).attributes != [], "\(role)")
    }
  }

  @Test(arguments: Palette.allCases)
  func onlyWhatActsHasABackground(palette: Palette) {
    for role in Role.allCases where role != .acting {
      #expect(palette.appearance(of: role).background == nil)
    }
  }

  /// Text of any role reads on black and on white: a contrast of 3 and more (WCAG, large text).
  @Test(arguments: Role.allCases)
  func coloursReadOnLightAndDark(role: Role) {
    let look = Palette.colours256.appearance(of: role)
    guard let foreground = look.foreground else { return }
    if let background = look.background {
      #expect(contrast(luminance(foreground), luminance(background)) >= 7)
    } else {
      #expect(contrast(luminance(foreground), 0) >= 3)
      #expect(contrast(luminance(foreground), 1) >= 3)
    }
  }

  /// A grey that is made dim as well cannot be read on black.
  @Test func noGreyIsMadeDarkerStill() {
    for role in Role.allCases {
      for palette in [Palette.colours256, .colours16] {
        let look = palette.appearance(of: role)
        #expect(look.foreground == nil || !look.attributes.contains(.dim), "\(role)")
      }
    }
  }

  @Test func noDarkBlueText() {
    for role in Role.allCases {
      #expect(Palette.colours16.appearance(of: role).foreground != Colour(4))
    }
  }

  @Test func aStyleAddsItsMarks() {
    let style = Style.changed.with(.underline)
    #expect(Palette.monochrome.appearance(of: style).attributes == [.bold, .underline])
  }

  @Test func coloursHaveTheirUsualValues() {
    #expect(Colour(16).rgb == (0, 0, 0))
    #expect(Colour(221).rgb == (255, 215, 95))
    #expect(Colour(231).rgb == (255, 255, 255))
    #expect(Colour(244).rgb == (128, 128, 128))
    #expect(Colour(255).rgb == (238, 238, 238))
  }

  private func luminance(_ colour: Colour) -> Double {
    func linear(_ part: UInt8) -> Double {
      let value = Double(part) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    let (red, green, blue) = colour.rgb
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  private func contrast(_ one: Double, _ other: Double) -> Double {
    (max(one, other) + 0.05) / (min(one, other) + 0.05)
  }
}
