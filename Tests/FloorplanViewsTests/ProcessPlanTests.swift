import FloorplanViews
import TerminalUI
import Testing
import Trace

/// Processes as buildings, against moment 3 of SCREENS.md.
@Suite struct ProcessPlanTests {
  @Test func theStoriesAreSound() {
    for worlds in LocalServers.all { #expect(worlds.after.fault == nil) }
  }

  @Test func momentThree() {
    let canvas = frame(.localServers(LocalServers.suspended()), size: .standard)
    #expect(
      canvas.text == """
         PAUSED  The server stops while a client arrives                   step 7 of 12
         client A   1 main    ◘ WAITS in Release, call 12   proxy 3
         client B   2 main    ◘ WAITS in CoCreateInstance(Gadget) ── request 4 ─────┐
        ┌─ server 1 ─────────────────────── closing ─┐  ┌─ SCM ─────────────────────▼──┐
        │ server count 1→0  (was: Widget)            │  │ Widget  server 1  SUSPENDED  │
        │╔═ STA ══════════════╗╔═ STA ══════════════╗│  │ Gadget  server 1  SUSPENDED  │
        │║ 3 main    ► RUNS   ║║ 4 gadgets ○ IDLE   ║│  │ request 4 Gadget             │
        │║   in CoReleaseSer… ║║   in its loop      ║│  │   no server open ► starts it │
        │║ factory Widget     ║║ queue     empty    ║│  └───────────┬ 2→4 calls to it ─┘
        │║   open→SUSPENDED   ║║                    ║│              ▼ starts
        │║ Widget  refs 1→0   ║║ factory Gadget     ║│  ┌─ server 2 ──────── STARTING ─┐
        │║ stub 3    IWidget  ║║   open→SUSPENDED   ║│  │ nothing registered yet       │
        │║   ENDED            ║║                    ║│  │                              │
        │╚═════════ … 2 more ═╝╚════════════════════╝│  │                              │
        └────────────────────────────────────────────┘  └──────────────────────────────┘
        ─ 3 main of server 1, Server.swift ─────────────────────────────────────────────
           2 ► if coReleaseServerProcess() == 0 {
        ────────────────────────────────────────────────────────────────────────────────
         The count reached 0 and COM suspended both classes in the same step, before
         any other thread could move. So client B never meets a closing server: the SCM
         starts a new one. Server 1 revokes in its own time.                     O9 O10
         ? Gadget must be revoked now. Which thread can?  3 main  4 gadgets  → show me
         c client   x kill -9   w what if…
         Space go on   → step   ← back   1-9 one thread   ? help   q menu
        """)
  }

  @Test func momentThreeOnAWideScreen() {
    let canvas = frame(.localServers(LocalServers.suspended()), size: .wide)
    #expect(
      (1...21).map(canvas.rowText).joined(separator: "\n") == """
        ┌─ client A ──────────────────────────────────────────────┐  ┌─ client B ──────────────────────────────────────────────┐
        │ ║ 1 main    ◘ WAITS for call 12               Client:31 │  │ ║ 2 main    ◘ WAITS for Gadget, request 4     Client:12 │
        │ ║ proxy 3   IWidget                                     │  │                                                         │
        │ ║   local refs 1 = widget                               │  │                                                         │
        └────────────────────────────┬────────────────────────────┘  └──────────────────────────────────┬──────────────────────┘
                                     │ call 12                                                          │ request 4
        ┌─ server 1 ─────────────────▼──────────────────────────── closing ─┐    ┌─ SCM ────────────────▼──────────────────────┐
        │ server count 1→0  (was: Widget)                         objects 1 │    │ class     server    state                   │
        │╔═ STA ══════════════════════════╗╔═ STA ═════════════════════════╗│    │ Widget    server 1  open → SUSPENDED        │
        │║ 3 main    ► RUNS call 12       ║║ 4 gadgets ○ IDLE, in its loop ║│    │ Gadget    server 1  open → SUSPENDED        │
        │║   in CoReleaseServerProcess    ║║ queue     empty               ║│    │ request 4 Gadget, from client B             │
        │║ factory Widget  cookie 1       ║║                               ║│    │   no server open ► starts server 2          │
        │║   open→SUSPENDED               ║║ factory Gadget  cookie 2      ║│    └───────────┬─────────────── 2→4 calls to it ─┘
        │║   refs 1 = COM                 ║║   open→SUSPENDED              ║│                ▼ starts
        │║ Widget            refs 1→0     ║║   refs 1 = COM                ║│    ┌─ server 2 ─────────────────────── STARTING ─┐
        │║ stub 3    IWidget        ENDED ║║                               ║│    │ nothing registered yet                      │
        │║   public refs 5→0              ║║                               ║│    │                                             │
        │║     client A   5→0             ║║                               ║│    │                                             │
        │╚═════════════════════ … 1 more ═╝╚═══════════════════════════════╝│    │                                             │
        └───────────────────────────────────────────────────────────────────┘    └─────────────────────────────────────────────┘
        ───────────────────────────────────────────────────────────┬────────────────────────────────────────────────────────────
        """)
  }

  @Test func whatTheStepChangedIsMarked() {
    let canvas = frame(.localServers(LocalServers.suspended()), size: .standard)
    let marked = canvas.text(in: .changed)
    for text in ["1→0", "open→SUSPENDED", "closing", "STARTING", "2→4", "SUSPENDED"] {
      #expect(marked.contains { $0.contains(text) }, "\(text)")
    }
  }

  @Test func aServerStartsWithNothingRegistered() {
    let canvas = frame(.localServers(LocalServers.starting()), size: .standard)
    #expect(canvas.rowText(9).hasSuffix("▼ starts"))
    #expect(canvas.rowText(10).hasSuffix("┌─ server 2 ──────── STARTING ─┐"))
    #expect(canvas.rowText(11).hasSuffix("│ nothing registered yet       │"))
    #expect(canvas.rowText(12).hasSuffix("│ ║ 5 main    ► RUNS           │"))
  }

  @Test func itsLotIsKeptFreeUntilThen() {
    let before = LocalServers.suspended().before
    let canvas = frame(.localServers((before, before)), size: .standard)
    #expect(canvas.rowText(8).hasSuffix("└────────────── 2 calls to it ─┘"))
    #expect(!canvas.text.contains("server 2"))
  }

  @Test func aKilledProcessStaysAsARuin() {
    let worlds = LocalServers.killed(ProcessID(1))
    let canvas = frame(.localServers(worlds, LocalServers.callers), size: .standard)
    #expect(canvas.rowText(2).hasPrefix("·· client A ············ KILLED ··"))
    #expect(canvas.rowText(4).hasPrefix("·║ 1 main    × KILLED           ║·"))
    // What it holds at the server is there still.
    #expect(canvas.rowText(7).hasPrefix("·║ proxy 3   IWidget            ╟─────3──────┤ ║ stub 3"))
    #expect(canvas.text(in: .changed).contains("KILLED"))
    #expect(canvas.text(in: .dim).contains { $0.contains("proxy 3") })
  }

  @Test func itsReferencesStayUntilTheyAreReclaimed() {
    let worlds = LocalServers.reclaimed()
    let before = frame(
      .localServers((worlds.before, worlds.before)), size: .wide)
    #expect(before.text.contains("dead client A 5"))
    let canvas = frame(.localServers(worlds, LocalServers.callers), size: .wide)
    #expect(canvas.text.contains("dead client A 5→0"))
    #expect(canvas.text.contains("· pings missed 0→3 ··"))
    #expect(!canvas.text.contains("╟────────3"))
  }

  @Test func aKilledServerLeavesItsCallerWaiting() {
    let worlds = LocalServers.killed(ProcessID(3))
    let canvas = frame(.localServers(worlds, LocalServers.callers), size: .standard)
    #expect(canvas.rowText(2).hasSuffix("·· server 1 ············· KILLED ··"))
    #expect(
      canvas.rowText(4).hasPrefix("│║ 1 main    ◘ WAITS for call 7 ║┼═ call 7 ═►· ║ 2 main    × K")
    )
    #expect(canvas.text.contains("Widget  server 1  open → GONE"))
  }

  @Test func aRequestGoesToTheSCMBesideTheCalls() {
    let canvas = frame(
      .localServers(LocalServers.asked(), LocalServers.callers), size: .standard)
    #expect(canvas.rowText(4).contains("║├request 3┐ │ ║ 2 main"))
    #expect(canvas.rowText(7).contains("┼────3────┼─┤ ║ stub 3"))
    #expect(canvas.rowText(12).contains("└►│ request 3 Gadget, from client A │"))
    #expect(canvas.rowText(13).contains("│   was asked just now"))
  }

  @Test func theSCMStandsBelowASingleClient() {
    let canvas = frame(.localServers(LocalServers.asked(), LocalServers.plain), size: .standard)
    #expect(canvas.rowText(1).hasPrefix(" client B") && !canvas.rowText(2).contains("client B"))
    #expect(canvas.rowText(3).hasPrefix("│ ║ 1 main    ◘ WAITS            │"))
    #expect(canvas.rowText(4).hasPrefix("│ ║   for Gadget, request 3      │"))
    #expect(canvas.rowText(10).hasPrefix("                │ request 3"))
    #expect(canvas.rowText(11).hasPrefix("┌─ SCM ─────────▼────────────────┐"))
    // Two rooms are too many for the server's width: each has a wall at the left.
    #expect(canvas.rowText(4).contains("│ ║ 2 main    ○ IDLE, in its loop │"))
  }

  @Test func aServerIsStartedBesideTheSCM() {
    var cast = LocalServers.plain
    cast.buildings[2].name = "server 2"
    let canvas = frame(.localServers(LocalServers.starting(), cast), size: .standard)
    #expect(canvas.text.contains("├─ starts ─►│"))
  }

  @Test func aLongTableIsCut() {
    let canvas = frame(.localServers(LocalServers.manyClasses()), size: .standard)
    #expect(canvas.rowText(6).hasSuffix("│ Part52  server 1  open NEW   │"))
    #expect(canvas.rowText(7).hasSuffix("│ … 49 more                    │"))
    #expect(canvas.rowText(8).hasSuffix("└────────── 51→52 calls to it ─┘"))
    #expect(canvas.text.contains("║ 50→51 factories:   ║"))
    #expect(canvas.text.contains("║   50→51 open       ║"))
  }

  @Test func theCountOfAServerIsTheSumOfItsHolders() {
    let worlds = LocalServers.locked()
    let text = frame(.localServers(worlds), size: .standard).text
    #expect(text.contains("│ count 1→3  = Widget + lock + COM's lock    │"))
    #expect(text.contains("COM's locks 0→1"))
  }

  /// Two rooms in a server are narrow at 80 columns: words stay whole there.
  @Test func inANarrowRoomTheWordsAreWhole() {
    let before = LocalServers.suspended().after
    var after = before
    func tell(_ thread: ThreadID, _ kind: EventKind) {
      after.apply(Event(n: after.position, thread: thread, kind))
    }
    tell(LocalServers.main, .waits(.thread(LocalServers.gadgets, pumps: false)))
    tell(LocalServers.gadgets, .classObjectRevoked(RegistrationID(2)))
    let text = frame(.localServers((before, after)), size: .standard).text
    #expect(text.contains("║ 3 main ■ BLOCKED"))
    #expect(text.contains("║   REVOKED          ║"))
  }

  @Test func anEndedServerSaysSo() {
    let text = frame(.localServers(LocalServers.ended()), size: .standard).text
    #expect(text.contains("┌─ server 1 ───────────────────────── ENDED ─┐"))
  }

  /// Of an ended server a line is left; the next one has its place, with all that it has to show.
  @Test func theNextServerHasThePlaceOfAnEndedOne() {
    let worlds = LocalServers.succeeded()
    for size in [Size.standard, .wide] {
      let canvas = frame(.localServers(worlds), size: size)
      let text = canvas.text
      #expect(text.contains("\n server 1   ENDED"))
      #expect(!text.contains("┌─ server 1"))
      let place = canvas.firstPoint(of: "┌─ server 2")
      #expect(place?.x == 0)
      for part in ["server count 1  = Widget", "║ 5 main", "factory Widget"] {
        #expect(text.contains(part), "\(part)")
      }
    }
    // Until there is a next one it stands as it stood.
    let alone = frame(.localServers((worlds.before, worlds.before)), size: .standard)
    #expect(alone.text.contains("┌─ server 1 ───────────────────────── ENDED ─┐"))
  }

  @Test func processesThatNobodyDeclaredHaveALine() {
    var cast = LocalServers.cast
    cast.buildings.removeLast()
    let canvas = frame(.localServers(LocalServers.starting(), cast), size: .standard)
    #expect(canvas.rowText(3).hasPrefix(" server 2   STARTING   5 main    ► RUNS"))
  }

  @Test func smallScreensHaveALineForEach() {
    let size = Size(width: 60, height: 20)
    let canvas = frame(.localServers(LocalServers.suspended()), size: size)
    #expect(canvas.rowText(3).hasPrefix(" server 1   closing   3 main    ► RUNS"))
    #expect(canvas.rowText(4).hasPrefix(" SCM        2→4 calls to it   request 4 Gadget"))
    #expect(canvas.rowText(5) == " server 2   STARTING   nothing registered yet")
  }

  @Test func asciiSaysTheSame() {
    for worlds in LocalServers.all {
      let canvas = frame(.localServers(worlds, LocalServers.callers), size: .standard)
      #expect(GlyphSet.ascii.rendering(canvas).text.utf8.allSatisfy { $0 < 0x80 })
    }
    let canvas = frame(.localServers(LocalServers.suspended()), size: .standard)
    let ascii = GlyphSet.ascii.rendering(canvas)
    #expect(ascii.rowText(3).hasPrefix("+- server 1 ----------------------- closing -+"))
    #expect(ascii.text.contains("no server open > starts it"))
    #expect(!ascii.text.contains("?="))
  }

  @Test func everySizeTakesEveryMoment() {
    let worlds = LocalServers.all
    for (index, width) in [0, 1, 3, 20, 40, 60, 65, 66, 72, 80, 110, 120, 200].enumerated() {
      for (place, height) in [0, 1, 3, 5, 8, 12, 16, 20, 24, 33, 34, 40, 60].enumerated() {
        for cast in [LocalServers.cast, LocalServers.callers] {
          let state = FrameState.localServers(worlds[(index + place) % worlds.count], cast)
          let canvas = frame(state, size: Size(width: width, height: height))
          for region in canvas.hitRegions {
            #expect(canvas.bounds.intersection(region.rect) == region.rect)
          }
        }
      }
    }
  }

  /// Whatever happens, the walls of what is there stand where they stood.
  @Test func buildingsNeverMove() {
    for (cast, size) in [
      (LocalServers.cast, Size.standard), (LocalServers.cast, .wide),
      (LocalServers.callers, .standard), (LocalServers.callers, .wide),
    ] {
      var places: [String: Set<TerminalUI.Point>] = [:]
      // A process that nobody declared would take a line.
      let all = LocalServers.all.filter { worlds in
        worlds.after.processes.values.allSatisfy { process in
          cast.buildings.contains { $0.name == worlds.after[process.name] }
        }
      }
      for worlds in all {
        let canvas = frame(.localServers(worlds, cast), size: size)
        for name in ["server 1", "server 2", "SCM", "client A"] {
          for corner in ["┌─ ", "·· "] {
            if let point = canvas.firstPoint(of: corner + name) {
              places[name, default: []].insert(point)
            }
          }
        }
      }
      for (name, points) in places { #expect(points.count == 1, "\(name)") }
    }
  }
}
