import FloorplanViews
import TerminalUI
import Testing
import Trace

/// Whatever the size and the moment, a frame is drawn whole and inside its screen.
@Suite struct FrameBoundsTests {
  private static let sizes: [Size] = {
    var sizes: [Size] = []
    for width in [0, 1, 2, 3, 7, 20, 40, 60, 65, 66, 72, 79, 80, 81, 100, 110, 120, 160, 200] {
      for height in [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 23, 24, 25, 33, 34, 40, 60] {
        sizes.append(Size(width: width, height: height))
      }
    }
    return sizes
  }()

  private static let overlays: [FrameOverlay?] = [
    nil, .deadlock, .threads(top: 3), .help([HelpGroup("Keys", [.init("q", "menu")])], top: 9),
    .knobs([Knob("Detach", values: ["yes", "no"], value: 1)], selected: 0),
    .findings([FindingText("It leaks.", "Release it.")], selected: 0),
    .endCard(EndCard(sentence: "Seen.", verdict: .otherwise, next: KeyItem("Enter", "next"))),
    .explanation(title: "proxy 1", text: "It stands in for an object of another room."),
  ]

  @Test func everySizeTakesEveryMoment() {
    let worlds = RightWay().story.worlds
    for (index, size) in Self.sizes.enumerated() {
      let at = index * 7 % worlds.count
      let baseline = at > 5 ? worlds[at - 5] : nil
      let canvas = frame(.rightWay(worlds[at], baseline: baseline), size: size)
      #expect(canvas.size == size)
    }
  }

  @Test func everyMomentFits() {
    let right = RightWay()
    for (index, world) in right.story.worlds.enumerated() {
      let baseline = index == 0 ? nil : right.story.worlds[index * 2 / 3]
      for size in [Size.standard, .wide, Size(width: 60, height: 20), Size(width: 40, height: 10)] {
        let canvas = frame(.rightWay(world, baseline: baseline), size: size)
        for region in canvas.hitRegions {
          #expect(canvas.bounds.intersection(region.rect) == region.rect)
        }
      }
    }
  }

  @Test func panesAndOverlaysTakeEverySize() {
    let world = RightWay.deadlock()
    let panes: [Pane] = [.source, .log, .inspector(top: 5), .objects]
    for (index, size) in Self.sizes.enumerated() {
      var state = FrameState.rightWay(world, baseline: nil, pane: panes[index % panes.count])
      state.overlay = Self.overlays[index % Self.overlays.count]
      #expect(frame(state, size: size).size == size)
    }
  }

  @Test func chartsTakeEverySize() {
    let worlds = [
      Servers.matrix(), Servers.price(measured: true), Servers.price(measured: false),
    ]
    let panes: [Pane] = [.source, .matrix, .price, .objects]
    for (index, size) in Self.sizes.enumerated() {
      let (before, after) = worlds[index % worlds.count]
      var state = FrameState.rightWay(after, baseline: before, pane: panes[index / 3 % panes.count])
      state.chart = index % 2 == 0 ? .matrix : .price
      state.plan.cast = index % 5 == 0 ? .none : Servers.cast
      let canvas = frame(state, size: size)
      #expect(canvas.size == size)
      for region in canvas.hitRegions {
        #expect(canvas.bounds.intersection(region.rect) == region.rect)
      }
    }
  }

  @Test func theLastRowsNeverMove() {
    for size in [Size.standard, .wide, Size(width: 100, height: 30)] {
      for (index, world) in RightWay().story.worlds.enumerated() {
        let spoken = String(repeating: "word ", count: index % 40)
        let canvas = frame(.rightWay(world, baseline: nil, narration: spoken), size: size)
        #expect(canvas.rowText(size.height - 3).hasPrefix(" ? Next: QueryService"))
        #expect(canvas.rowText(size.height - 2).hasPrefix(" a query again"))
        #expect(canvas.rowText(size.height - 1).hasPrefix(" Space go on"))
      }
    }
  }

  @Test func roomsNeverMove() {
    let right = RightWay()
    let walls = [right.sealed, right.opened, right.queued, right.served, right.returned].map {
      let canvas = frame(.rightWay($0, baseline: right.sealed), size: .standard)
      return ["╔═ main STA", "┌─ MTA", "╚", "└"].map { canvas.firstPoint(of: $0) }
    }
    #expect(Set(walls).count == 1)
  }

  /// Rooms keep to their own columns: no text stands in a wall.
  @Test func nothingOverlaps() {
    for world in RightWay().story.worlds.dropFirst(40) {
      let canvas = frame(.rightWay(world, baseline: nil), size: .standard)
      for y in 2..<9 {
        #expect("║╟".contains(canvas[Point(x: 0, y: y)].character))
        #expect("║╟".contains(canvas[Point(x: 33, y: y)].character))
        #expect("│├┤".contains(canvas[Point(x: 45, y: y)].character))
        #expect("│├┤".contains(canvas[Point(x: 79, y: y)].character))
      }
    }
  }

  /// What it costs is `floorplan bench`'s to say.
  @Test func twoHundredRoomsAreDrawn() {
    let world = ManyRooms.world(200)
    #expect(world.fault == nil)
    let canvas = frame(FrameState.rightWay(world, baseline: world), size: .wide)
    #expect(canvas.text.contains("more room"))
  }
}
