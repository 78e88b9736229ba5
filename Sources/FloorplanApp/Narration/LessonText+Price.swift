extension LessonText {
  static let price = LessonText(
    title: "The price of a call",
    question: "One method, the smallest there is, called in six ways inside one process. What does "
      + "each way cost?",
    steps: [
      "price.ready":
        "Desk, a thread with an STA, holds five pointers to counters: one in its own room, two in "
        + "main's, one in the neutral apartment, one in the MTA. It will call Increment by each; "
        + "what a call took is counted below.",
      "price.direct":
        "Direct: the object is in desk's own room, so the call is a jump into its code. Nothing "
        + "packed, nothing sent, no other thread.",
      "price.ftm":
        "This counter was born in main's room, but has the free-threaded marshaller (FTM), and "
        + "came to desk in person. So desk calls it itself: no packet, no hand-off.",
      "price.light":
        "The neutral apartment has no thread: desk's own goes in. The call is packed all the same "
        + "(a light proxy): nobody else takes part, but the packing alone has its price.",
      "price.sta-to-sta":
        "Desk packed the call and posted it; main took it from its queue, ran it and posted the "
        + "answer. Two hand-offs, to main and back, come on top of the packing.",
      "price.mta-to-sta":
        "Web called the same counter of main's from the MTA. The same bytes, the same two "
        + "hand-offs; but web was BLOCKED till the answer came, where desk could have served "
        + "others.",
      "price.sta-to-mta":
        "The other way round: the counter is in the MTA, and a thread of COM's own runs the call. "
        + "Being thread-safe saved this client nothing.",
      "price.meter":
        "Counts say what is done, not how long it takes. Press a: the run goes free, and each way "
        + "is called some thousand times in real time, with no replay. (Raw wake-ups: two threads "
        + "wake each other, and nothing else.)",
    ],
    questions: [
      "price.hand-offs": .init(
        "In one call to main, how often do threads change?",
        choices: [1: "never", 2: "once", 3: "twice", 4: "four times"],
        answers: [
          1: "Never.", 2: "Once.", 3: "Twice: there and back.", 4: "Four times.",
        ])
    ],
    actions: ["burst": "free burst"],
    ending:
      "The call itself is a jump. From room to room it is packed, posted, taken by another thread "
      + "and answered: that is why a server that supports several rooms is worth the work.")
}
