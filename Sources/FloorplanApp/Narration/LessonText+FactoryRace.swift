extension LessonText {
  static let factoryRace = LessonText(
    title: "Two at the factory",
    question: "The class is registered Apartment, so its objects need no locks. Does the DLL "
      + "need any?",
    steps: [
      "factory-race.entered":
        "Desk and shop have an STA each, a room for one thread. The registry says Apartment for "
        + "the class Counter: an object of it lives in the STA that creates it.",
      "factory-race.asked":
        "Desk creates a Counter. COM loaded counter.dll and calls its DllGetClassObject: it hands "
        + "out the class factory, the object that makes counters. Desk itself runs it.",
      "factory-race.both-in":
        "Shop creates a Counter too, in its own STA, and is in DllGetClassObject as well. COM "
        + "keeps nobody out: a room protects objects, and a DLL's entry points are in no room.",
      "factory-race.same-factory":
        "The DLL has one factory for all, and both threads are in its CreateInstance: it reads "
        + "its count, adds 1, writes it. (Any thread may call it. It is drawn with desk, who loaded "
        + "the DLL.)",
      "factory-race.own-factories":
        "The DLL made a new factory for each call of DllGetClassObject. Desk and shop are in "
        + "CreateInstance, but each in a factory that the other does not have.",
      "factory-race.read":
        "Desk has read the count, and so has shop. Each of them goes on with the number that it "
        + "read.",
      "factory-race.lost":
        "Both had read 0. Desk wrote 0 + 1, and shop too: the count says {value factory made}, "
        + "and there will be two counters. A factory for all must count by interlocked additions, "
        + "or lock.",
      "factory-race.counted":
        "The count says {value factory made}. An interlocked addition reads, adds and writes in "
        + "one step: whoever comes second finds what the first one wrote.",
      "factory-race.counted-own":
        "Each factory says 1, and nothing can be lost: one thread only ever gets to it. So it "
        + "needs no lock, although the DLL's entry point must bear two threads.",
      "factory-race.used":
        "Each has its own counter and calls it directly, with no proxy and no lock: the thread "
        + "that created it is always the one that calls it. That is what Apartment promises.",
    ],
    variants: [
      "factory=interlocked": [
        "factory-race.same-factory":
          "The DLL has one factory for all, and both threads are in its CreateInstance: it counts "
          + "by an interlocked addition. (Any thread may call it. It is drawn with desk, who loaded "
          + "the DLL.)"
      ]
    ],
    questions: [
      "factory-race.count": .init(
        "Desk adds 1, shop adds 1. What will the count be?", choices: [1: "1", 2: "2"],
        answers: [1: "1: an addition is lost.", 2: "2: none is lost."]),
      "factory-race.count-own": .init(
        "Each factory adds 1. What will each say?", choices: [1: "1", 2: "2"],
        answers: [1: "1 each: nothing is shared.", 2: "2."]),
    ],
    knobs: [
      "factory": .init(
        "The class factory",
        ["shared": "one for all", "interlocked": "one, interlocked", "own": "one per call"])
    ],
    ending:
      "Apartment makes the objects safe, not the DLL: two threads were in its entry point and its "
      + "factory at once, and a count was lost.",
    endings: [
      "factory=interlocked":
        "Two threads were in the same factory at once, and it was made for that: interlocked "
        + "additions lose nothing.",
      "factory=own":
        "Whoever gets a factory of its own shares nothing. Only the entry point itself was in two "
        + "hands at once.",
    ])
}
