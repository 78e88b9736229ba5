extension LessonText {
  static let forgetDetach = LessonText(
    title: "Forget Detach",
    question: "A smart pointer holds a stream, and COM opens what is in it. What does the pointer "
      + "know of what becomes of the stream?",
    steps: [
      "forget-detach.marshalled":
        "The provider is marshalled: its packet lies in a stream. The field m_pSPStream is a "
        + "smart pointer: it holds the stream's only reference, and calls Release in its "
        + "destructor.",
      "forget-detach.entered":
        "The worker is in the MTA and about to open the packet. It will pass the stream to a "
        + "function of COM's. The field m_pSPStream is the stream's only holder.",
      "forget-detach.returned":
        "The packet is open. COM freed the stream inside the call, and the field still points at "
        + "it: that is the warning. Detach would empty the field with no Release, but here that "
        + "line is missing.",
      "forget-detach.detached":
        "m_pSPStream.detach(): the field is empty, and no release was made. The books are right "
        + "again: the stream was held once and given back once.",
      "forget-detach.worked":
        "DoWork has run on main (done 7: the service adds up its work), and the worker has its "
        + "result. The field points at a freed stream, and nothing bad has come of it yet.",
      "forget-detach.closing":
        "The package's destructor begins. Each smart pointer calls Release on what it points at, "
        + "if it points at anything: m_pBackgroundSP first, then m_pSPStream.",
      "forget-detach.ended":
        "m_pSPStream still pointed at the stream that COM had freed, so it called Release on "
        + "something that was no longer there.",
    ],
    variants: [
      "detach=done": [
        "forget-detach.returned":
          "The packet is open. COM freed the stream inside the call, and the field still points "
          + "at it: that is the warning. The next line is Detach: it will empty the field with no "
          + "Release.",
        "forget-detach.worked":
          "DoWork has run on main (done 7: the service adds up its work), and the worker has its "
          + "result. The stream is gone, and no field points at it.",
        "forget-detach.ended":
          "The destructor is through, and the worker has ended. m_pSPStream was empty, so it had "
          + "nothing to release: COM had released the stream, once.",
      ]
    ],
    questions: [
      "forget-detach.count": .init(
        "The stream's count when the call returns?",
        choices: [1: "one: the field's", 2: "none"],
        answers: [1: "One: the field's.", 2: "None: COM released the stream, and it was freed."]),
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
