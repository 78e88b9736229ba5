extension LessonText {
  static let managed = LessonText(
    title: "Managed code: the reference does it",
    question: "Managed code uses the provider from any thread, with no marshalling in sight. "
      + "Are there no apartments then?",
    steps: [
      "managed.sited":
        "Main, its STA, and the provider in it, as in the lessons before. The program that comes "
        + "now is written in managed code.",
      "managed.wrapped":
        "A managed reference (in .NET: a runtime callable wrapper) took the provider and "
        + "marshalled it, with no stream. The packet is table-strong: it can be opened any number "
        + "of times, and keeps the object alive.",
      "managed.entered":
        "The worker was started, and the runtime of managed code has put it into the MTA. It is "
        + "about to call QueryService by the reference.",
      "managed.proxied":
        "The reference saw that it is used in another room than its own. So it unmarshalled its "
        + "packet there, and has a proxy for this room now.",
      "managed.served":
        "A packet, a proxy and a queue, as in the lessons before: the call came to main's loop "
        + "as a message. Only the program does not show it.",
      "managed.worked":
        "The work is done (done 7: the service adds up its work), and the worker has its answer. "
        + "Had main not pumped (taken messages), managed code would have waited like any other.",
    ],
    questions: [
      "managed.how-many-lines": .init(
        "How many lines of marshalling must the worker have?",
        choices: [1: "none", 2: "some"],
        answers: [1: "None: the reference does it.", 2: "Some."]),
      "managed.who-runs": .init(
        "Which thread will run QueryService?",
        answers: [1: "Main, still: the provider lives there.", 2: "The worker."]),
    ],
    actions: ["query-again": "query again"],
    ending:
      "Not a line about threads, and yet a packet, a proxy and a queue: managed code has "
      + "apartments, its references take care of them.")
}
