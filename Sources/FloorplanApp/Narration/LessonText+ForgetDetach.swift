extension LessonText {
  static let forgetDetach = LessonText(
    title: "Forget Detach",
    question: "CoGetInterfaceAndReleaseStream releases the stream. Does the smart pointer that "
      + "holds it know?",
    steps: [
      "forget-detach.marshalled":
        "The provider is marshalled. The field m_pSPStream is a smart pointer: it holds the "
        + "stream's only reference, and will give it back in its destructor.",
      "forget-detach.entered":
        "The worker is in the MTA and about to call CoGetInterfaceAndReleaseStream: it opens the "
        + "packet that lies in the stream. The field m_pSPStream holds the stream meanwhile.",
      "forget-detach.returned":
        "The packet is open, and COM has released the stream inside the call: it is freed. The "
        + "field points at it as before. Detach empties a field without a release.",
      "forget-detach.detached":
        "m_pSPStream.detach(): the field is empty, and no release was made. The books are right "
        + "again: the stream was held once and given back once.",
      "forget-detach.worked":
        "DoWork has run on main, and the worker has its result. None of that needed the stream: "
        + "the proxy does all the work now.",
      "forget-detach.closing":
        "The package's destructor begins: each field gives back what it points at. The proxy "
        + "first, the stream after it.",
      "forget-detach.ended":
        "The destructor is through. Where a field is empty it has nothing to give back; where it "
        + "points at something it calls Release, even on what was freed long before.",
    ],
    questions: [
      "forget-detach.count": .init(
        "The stream's count when the call returns?",
        choices: [1: "one: the field's", 2: "none"],
        answers: [
          1: "One: the field holds it.", 2: "None: COM released it in the call, and it was freed.",
        ]),
      "forget-detach.still-to-come": .init(
        "Is a Release of the stream still to come?",
        choices: [1: "one", 2: "none"],
        answers: [
          1: "One, on a count of 0. It was caught here; elsewhere memory is damaged.",
          2: "None: the field was empty.",
        ]),
    ],
    knobs: [
      "detach": .init(
        "After unmarshalling, the field's stream is",
        ["forgotten": "forgotten", "done": "detached"])
    ],
    ending:
      "The missing line did no harm that one could see. The harm came later, in a destructor: a "
      + "second Release of a stream that was freed. A smart pointer knows only what it is told.",
    endings: [
      "detach=done":
        "One line, Detach, and the count is right: COM released the stream, the field forgot it, "
        + "nobody released it twice."
    ])
}
