extension LessonText {
  static let rightWay = LessonText(
    title: "The right way: marshal once, query from the background",
    question: "A stream carries something to the background thread. What is in it, and whose "
      + "thread does the work at the end?",
    steps: [
      "right-way.sited":
        "Main has entered a single-threaded apartment (STA): a room whose objects run on this "
        + "one thread. The shell's provider lives in it. The shell will give it to the package, by "
        + "calling the package's SetSite.",
      "right-way.marshalled":
        "SetSite marshals the provider: a packet of {bytes} bytes (an OBJREF) goes into a "
        + "stream. It is an address and 5 public references: 5, so that its receiver need not ask "
        + "for each. Stub 1 will take calls for the provider.",
      "right-way.loops":
        "Main takes messages now. In its loop it is idle: whatever comes into its queue can run. "
        + "A second thread, the worker, has been started.",
      "right-way.entered":
        "The worker enters the multithreaded apartment (MTA): a room for any number of threads, "
        + "with no queue. A pointer from main's room is no good in it. The stream is.",
      "right-way.opened":
        "The worker opens the packet: its 5 references go to proxy 1, which stands in for the "
        + "provider. Main need not pump (take messages) for that. The warning: the field points at "
        + "a freed stream until the next line detaches it.",
      "right-way.served":
        "The proxy packed the call into a message for main's queue; main's loop took it, and the "
        + "stub calls the provider. The worker is BLOCKED: it waits and takes no messages.",
      "right-way.proxied":
        "The answer of QueryService was an interface pointer, so COM marshalled it on the way "
        + "back, though nobody asked: stub 2 in main's room, packet 2, used up by now, and proxy "
        + "2, which the worker holds.",
      "right-way.detached":
        "m_pSPStream.detach(): COM has released the stream inside the call, so the field must not "
        + "do it again. It forgets the stream without a Release.",
      "right-way.released-twice":
        "Nobody detached the field: it still pointed at the stream that COM had released. Its "
        + "destructor has now released it again, with a count of 0 already. This was caught here; "
        + "elsewhere memory is damaged.",
    ],
    variants: [
      "detach=forgotten": [
        "right-way.opened":
          "The worker opens the packet: its 5 references go to proxy 1, which stands in for the "
          + "provider. Main need not pump (take messages) for that. The warning: the field points "
          + "at a freed stream, and no line detaches it."
      ]
    ],
    questions: [
      "right-way.who-runs": .init(
        "Next: QueryService on proxy 1. Who runs it?",
        answers: [
          1: "Main runs it, for the provider lives there.",
          2: "The worker runs it itself.",
        ]),
      "right-way.what-holds": .init(
        "What will the worker hold at the end?",
        choices: [1: "the service", 2: "a proxy"],
        answers: [1: "It holds the service itself.", 2: "A second proxy."]),
    ],
    knobs: [
      "detach": .init(
        "After unmarshalling, the field's stream is",
        ["done": "detached", "forgotten": "forgotten"])
    ],
    actions: ["query-again": "query again"],
    ending:
      "An address went to the background thread, not an object. It was opened once, and each call "
      + "through the proxy ran on main.",
    endings: [
      "detach=forgotten":
        "Everything worked, until the end: the smart pointer did not know that COM had released "
        + "the stream, and released it a second time."
    ])
}
