extension LessonText {
  static let openTooEarly = LessonText(
    title: "Open too early",
    question: "A server registers its classes, then it enters its loop. Can a client get in before "
      + "that?",
    steps: [
      "open-too-early.first":
        "Client A wants a Widget, so the SCM, which knows and starts all servers, started server 1: "
        + "one thread, in an STA. It has registered Widget, the first of its three classes, and the "
        + "SCM knows of it.",
      "open-too-early.queued":
        "The SCM sent A to server 1, and A's request waits in main's queue. Nobody takes it: main "
        + "is not in its loop, it has classes to register. One thread does one thing at a time.",
      "open-too-early.loop":
        "Main registered the rest, entered its loop, took the request and makes A's Widget. With "
        + "one thread that is always so: all requests wait until the loop runs.",
      "open-too-early.orderly":
        "A painted its Widget and let it go: the count went to 0, and server 1 ended in order. A "
        + "will ask again. The next server differs by one word: its thread is in the MTA.",
      "open-too-early.first-of-many":
        "Server 2 was started for A. Its main is in the MTA, the multithreaded apartment: there "
        + "calls run on threads that COM keeps for them. Main has registered Widget, the first of "
        + "its three classes.",
      "open-too-early.in":
        "A thread of COM's runs A's request, and has made the Widget. An MTA has no queue to wait "
        + "in and needs no loop: the door is open as soon as the first class is registered.",
      "open-too-early.zero":
        "A painted, and let its Widget go: the count is 0. COM suspends the classes that it finds, "
        + "and main is told to leave its loop. It is not even there: it is in the middle of its "
        + "list of classes.",
      "open-too-early.rest":
        "Main went on with its list. What it registers now is open again, in a server that is to "
        + "end. Client B asked for a Gizmo, the last class, was sent here, and has one.",
      "open-too-early.lost":
        "Main came to its loop at last, was told to leave it, revoked all and ended. B's next call "
        + "fails: 0x800706BA, the server is not there. The end came before the start was over.",
      "open-too-early.fresh":
        "Client B came after that and wanted a Gizmo. Server 1 has nothing open any more, so the "
        + "SCM started another server. Nobody got in too early, and nobody lost anything.",
      "open-too-early.suspended":
        "Client A wants a Widget, so the SCM, which knows and starts all servers, started server 1. "
        + "It has registered the first of its three classes with REGCLS_SUSPENDED: the SCM is not "
        + "told of it.",
      "open-too-early.waits":
        "All three classes are registered, and none of them is open. A waits at the SCM. It would "
        + "wait there with one thread in the server or with many.",
      "open-too-early.opened":
        "One call of CoResumeClassObjects, and the SCM knows all three classes at once. They are "
        + "open from here on, and the server has nothing left to prepare.",
      "open-too-early.served":
        "A's request has reached server 1, which makes its Widget. Whoever comes in finds all that "
        + "the server has to have.",
      "open-too-early.kept":
        "A let its Widget go. Client B had come for a Gizmo, the last class, and has it still: so "
        + "the count did not go to 0, and B's call came back with success.",
      "open-too-early.closed":
        "B let its Gizmo go too: the count went to 0, and COM suspended all three classes in one "
        + "step. There is no class left to open behind its back. Server 1 ended in order.",
    ],
    variants: [
      "apartment=STA": [
        "open-too-early.orderly":
          "A painted its Widget and let it go: the count went to 0, and COM suspended all three "
          + "classes in one step. Main left its loop, revoked them, and server 1 ended in order."
      ],
      "apartment=MTA": [
        "open-too-early.first-of-many":
          "Client A wants a Widget, so the SCM started server 1. Its main is in the MTA: there "
          + "calls run on threads that COM keeps for them. Main has registered Widget, the first of "
          + "its three classes."
      ],
    ],
    questions: [
      "open-too-early.single": .init(
        "One class of three is registered. Is A let in?",
        choices: [1: "yes, now", 2: "only later"],
        answers: [
          1: "Yes, now.", 2: "Only later: the one thread has something else to do.",
        ]),
      "open-too-early.many": .init(
        "One class of three is registered. Is A let in?",
        choices: [1: "yes, now", 2: "only later"],
        answers: [
          1: "Yes, now: main need not take part.", 2: "Only later.",
        ]),
    ],
    knobs: [
      "apartment": .init(
        "The server's main is in",
        ["each": "an STA, then in the MTA", "MTA": "the MTA", "STA": "an STA"]),
      "start": .init(
        "The classes are registered",
        ["one-by-one": "open, one by one", "suspended": "suspended, then opened"]),
    ],
    actions: ["again": "A wants another Widget"],
    ending:
      "Requests come when the loop runs: that is true for one thread only. In the MTA the door is "
      + "open after the first class, and a client can come, go, and end the server before it is "
      + "ready.",
    endings: [
      "apartment=STA":
        "With a single thread nobody comes in before its loop runs: whoever asks earlier waits.",
      "start=suspended":
        "Registered suspended and opened by one call: nobody came in before the server was ready, "
        + "and its end could not come before its start was over.",
    ])
}
