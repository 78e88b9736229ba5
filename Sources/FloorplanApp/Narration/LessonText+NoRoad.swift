extension LessonText {
  static let noRoad = LessonText(
    title: "No road for it",
    question: "An object has two interfaces. Its designer brought code to carry calls for one "
      + "of them. What does another room get of the other?",
    steps: [
      "no-road.made":
        "Main is in the main STA (single-threaded: one thread, with a queue). It made the object "
        + "here, as its class asks for, so its pointer is direct: the call is in the object, with "
        + "nobody in between.",
      "no-road.asked-at-home":
        "QueryInterface: \"do you have IAudit?\" In its own room the object itself is asked, and "
        + "it does. Main has a second pointer to it, and neither is a proxy.",
      "no-road.not-packed":
        "Main read IAudit's entries, 1, and wants to hand IAudit to another room. To marshal it "
        + "COM needs a proxy and a stub, code that packs and unpacks the calls. There is none for "
        + "IAudit: E_NOINTERFACE.",
      "no-road.packed-instead":
        "For ICounter they were registered, so that pointer can travel: packet 1 has its address, "
        + "and stub 1 will take calls for it. Same object, another interface.",
      "no-road.packed":
        "Main read IAudit's entries, 1, and wants to hand IAudit to another room. To marshal it "
        + "COM needs a proxy and a stub, code that packs and unpacks the calls. They are "
        + "registered: packet 1 is made.",
      "no-road.opened":
        "Web is in the MTA (multithreaded: any number of threads, no queue). It opened the packet "
        + "and holds proxy 1, which stands in for the object.",
      "no-road.called":
        "Increment went through the proxy as a message. Main took it from its queue, and the stub "
        + "called the object. For ICounter there is a road.",
      "no-road.asked-outside":
        "The proxy asked at the object's side, and COM, not the object, said E_NOINTERFACE: it "
        + "could not carry one call of IAudit. The object has that interface, as main saw.",
    ],
    variants: [
      "road=registered": [
        "no-road.opened":
          "Web is in the MTA (multithreaded: any number of threads, no queue). It opened the "
          + "packet and asked the proxy for ICounter: the proxy asked at the object's side.",
        "no-road.asked-outside":
          "The proxy had IAudit from the packet, so it asked nobody. Entries went to main as a "
          + "message, as Increment did. With its proxy and stub IAudit is like any other.",
      ]
    ],
    questions: [
      "no-road.at-home": .init(
        "Main asks it for IAudit. What comes back?",
        choices: [1: "an IAudit", 2: "an error"],
        answers: [1: "It came back: the object has it.", 2: "An error."]),
      "no-road.outside": .init(
        "Web asks the proxy for IAudit. What comes back?",
        choices: [1: "an IAudit", 2: "an error"],
        answers: [1: "It came back: there is a road.", 2: "An error: E_NOINTERFACE."]),
    ],
    knobs: [
      "road": .init(
        "The proxy and stub of IAudit are",
        ["none": "not registered", "registered": "registered"])
    ],
    ending:
      "E_NOINTERFACE, though the object has the interface: COM can carry only what it has code "
      + "for. Who designs an interface brings its proxy and stub too.",
    endings: [
      "road=registered":
        "With its proxy and stub registered, IAudit crossed as any interface does. The object is "
        + "the same; only the road was missing."
    ])
}
