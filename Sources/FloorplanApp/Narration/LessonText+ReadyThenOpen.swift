extension LessonText {
  static let readyThenOpen = LessonText(
    title: "Ready, then open",
    question: "A server has fifty classes. How often must it call the SCM, and who gets in "
      + "meanwhile?",
    steps: [
      "ready-then-open.first":
        "Client A wants a Widget, so the SCM, which knows and starts all servers, started server 1. "
        + "Whatever it registers is open at once, and each class takes a call to the SCM, which is "
        + "another process.",
      "ready-then-open.all":
        "All that it has is registered. Calls to the SCM for that: {opens server 1}. A was let in "
        + "before the last of them, and what can come of that, the lesson before has shown.",
      "ready-then-open.suspended":
        "A asks again, and server 2 is started. It registers with one word more: REGCLS_SUSPENDED. "
        + "Its class object stands in its own table, the SCM was not told, and A waits there.",
      "ready-then-open.registered":
        "All classes of server 2 are registered, and the SCM has heard of none. Whatever else the "
        + "server needs it can make ready now: nobody comes in, not even in the MTA. A waits still.",
      "ready-then-open.resumed":
        "CoResumeClassObjects told the SCM of all classes at once, and they are open. Calls to the "
        + "SCM for that: {opens server 2}, against {opens server 1} by server 1.",
      "ready-then-open.in":
        "A's request, which had waited, is served now, by a thread of COM's. Nobody came before the "
        + "server had all its classes.",
      "ready-then-open.kept":
        "Client B has come too and has an object of the last class. A let its Widget go, and the "
        + "server stays: B's object keeps it.",
      "ready-then-open.ended":
        "B let go as well: the count went to 0, and COM suspended all classes in one step. None was "
        + "left to be opened behind its back, so the server ended in order.",
      "ready-then-open.meter":
        "Counts say what is done, not how long it takes. Press a: starts are measured in real time, "
        + "both ways, also with 1, 5 and 50 classes. (Such a run cannot be replayed.)",
      "ready-then-open.early":
        "A's request is served: Widget was open as soon as the SCM knew of it, whether the server "
        + "has come to its loop or not.",
      "ready-then-open.all-one-by-one":
        "All that it has is registered. Calls to the SCM for that: {opens server 1}, each to another "
        + "process and back. And whoever wanted to come in could do so after the first.",
      "ready-then-open.lost":
        "A's going had stopped the server before it was ready. B came in by the last class and has "
        + "a dead object: 0x800706BA, the server is not there.",
      "ready-then-open.fresh":
        "Client B came after the end, and the SCM started another server for it. With a single class "
        + "there was nothing left to open after A had gone.",
    ],
    variants: [
      "start=suspended": [
        "ready-then-open.suspended":
          "Client A wants a Widget, so the SCM, which knows and starts all servers, started server "
          + "1. It registers with REGCLS_SUSPENDED: its class object stands in its own table, and the "
          + "SCM was not told.",
        "ready-then-open.registered":
          "All classes of server 1 are registered, and the SCM has heard of none. Whatever else the "
          + "server needs it can make ready now: nobody comes in, not even in the MTA. A waits "
          + "still.",
        "ready-then-open.resumed":
          "CoResumeClassObjects told the SCM of all classes at once, and they are open. Calls to the "
          + "SCM for that: {opens server 1}, however many classes there are.",
      ],
      "classes=1": [
        "ready-then-open.all":
          "All that it has is registered. Calls to the SCM for that: {opens server 1}. With one class "
          + "only it makes no difference how that is opened."
      ],
    ],
    questions: [
      "ready-then-open.calls-3": callsToOpen(3),
      "ready-then-open.calls-5": callsToOpen(5),
      "ready-then-open.calls-50": callsToOpen(50),
    ],
    knobs: [
      "start": .init(
        "The classes are registered",
        [
          "each": "one by one, then suspended", "suspended": "suspended, then opened",
          "one-by-one": "open, one by one",
        ]),
      "classes": .init(
        "The server's classes are", ["3": "3", "1": "1", "5": "5", "50": "50"]),
    ],
    actions: ["burst": "free burst"],
    ending:
      "SUSPENDED is for starting: the server gets ready with nobody inside, and then opens all its "
      + "classes with a single call to the SCM, whether it has three or fifty.",
    endings: [
      "start=one-by-one":
        "One by one: as many calls to the SCM as there are classes, and a door that is open after "
        + "the first.",
      "classes=50":
        "Fifty classes: fifty calls to the SCM one by one, and a single one where they are opened "
        + "together.",
    ])

  private static func callsToOpen(_ count: Int) -> QuestionText {
    QuestionText(
      "How many calls to the SCM do \(count) classes take?",
      choices: [1: "no call", 2: "a single call", 3: "a call for each"],
      answers: [
        1: "No call.", 2: "A single call: it says them all at once.",
        3: "A call for each: \(count).",
      ])
  }
}
