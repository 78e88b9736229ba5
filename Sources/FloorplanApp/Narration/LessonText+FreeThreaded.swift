extension LessonText {
  static let freeThreaded = LessonText(
    title: "The free-threaded marshaller",
    question: "Can an object be called directly from every room of its process, and what does it "
      + "owe for that?",
    steps: [
      "ftm.made":
        "Main has made a Counter in its STA. A part of it is COM's free-threaded marshaller, FTM: "
        + "from now on that part, not COM's ordinary way, says what goes into a packet.",
      "ftm.marshalled":
        "Main marshals the counter for web. The FTM wrote the packet, {bytes} bytes: a custom "
        + "one, so not COM but the FTM will read it. There is no stub for the Counter in main's "
        + "room.",
      "ftm.marshalled-standard":
        "The packet is for another process. An address is worth nothing there, so the FTM leaves "
        + "it to COM: an ordinary packet of {bytes} bytes, and a stub.",
      "ftm.opened":
        "Web, of the multithreaded apartment (MTA), opened the packet, and has its pointer to the "
        + "Counter. The room it was born in is main's.",
      "ftm.opened-proxy":
        "Web opened it, and has its pointer. The room is in the same process, but the packet was "
        + "made for outside, and says the same to whoever opens it.",
      "ftm.called":
        "Web is in Increment, on its own thread: it holds the Counter itself, with no proxy in "
        + "between. The object was born in main's room, but with the FTM it is at home in all of "
        + "them.",
      "ftm.both-in":
        "Main calls it too, and both threads are in Increment at once. The FTM brought web here; "
        + "it keeps nobody apart.",
      "ftm.locked":
        "Main calls it too, and is BLOCKED at the counter's own lock, which web has. The FTM locks "
        + "nothing: it is the object that must.",
      "ftm.counted":
        "Web wrote 1, main read that and wrote 2. Neither of the callers had to take care: the "
        + "object did it.",
      "ftm.lost":
        "Each read 0 and wrote 1: the counter says {value Counter.count}. The FTM makes an object "
        + "reachable, not safe. This one has no lock.",
      "ftm.counted-by-main":
        "Main has called it by its own pointer: the counter says {value Counter.count}. Main is "
        + "back in its loop.",
      "ftm.served":
        "Main runs web's Increment: the proxy sent it there, and web is BLOCKED until it is done. "
        + "With an ordinary packet the FTM has no say.",
      "ftm.counted-both":
        "The counter says {value Counter.count}. One thread did it all, so a lock had nothing to "
        + "do.",
    ],
    questions: [
      "ftm.who-runs": .init(
        "Next: web calls Increment. Who runs it?",
        answers: [
          1: "Main: web has a proxy.",
          2: "Web itself: the pointer is direct.",
        ])
    ],
    knobs: [
      "to": .init("Marshalled for", ["room": "this process", "process": "another process"]),
      "lock": .init("The counter", ["locks": "locks", "none": "does not lock"]),
    ],
    ending:
      "The object went to the other room in person, and web called it on its own thread. In return "
      + "the object has to lock, as main and web can be in it at once.",
    endings: [
      "to=process":
        "For another process the FTM steps aside: an ordinary packet, a stub and a proxy. Direct "
        + "is for inside one process only.",
      "lock=none":
        "Both threads were in the object at once, and an addition was lost. The FTM does not make "
        + "an object thread-safe: it takes away what protected it.",
    ])
}
