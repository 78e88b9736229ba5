extension LessonText {
  static let killClient = LessonText(
    title: "kill -9 of a client with references",
    question: "A client is killed while it holds objects of a server. It never calls Release. Who "
      + "lets them go?",
    steps: [
      "kill-client.both":
        "Clients A and B have a Widget each, both of server 1: its count is {count server 1}. Each "
        + "Widget lives as long as its client has a reference to it.",
      "kill-client.killed":
        "kill -9 of client B. No destructor ran there, and nothing was sent. Server 1's count is "
        + "{count server 1}: from where it stands nothing has happened.",
      "kill-client.reclaimed":
        "The operating system reported the death to server 1's COM, which had kept account of "
        + "what each client holds: it took back client B's references to the Widget.",
      "kill-client.destroyed":
        "With the last reference client B's Widget went, and its destructor counted: server count "
        + "{count server 1}. The server's own code needed no line for that.",
      "kill-client.works":
        "Client A calls its own Widget, and finds it as it was: what was taken back belonged to "
        + "client B alone.",
      "kill-client.ended":
        "Client A gave its Widget back: the count is 0, and server 1 ended. A dead client cannot "
        + "keep it.",
      "kill-client.one-missed":
        "Nobody reports the death. A living client's COM pings the server every two minutes; only "
        + "pings that do not come are shown and counted. One may get lost: COM waits.",
      "kill-client.three-missed":
        "Three pings in a row have not come, six minutes after the last sign of life. COM takes "
        + "client B for dead.",
    ],
    variants: [
      "death=silent": [
        "kill-client.reclaimed":
          "Server 1's COM had kept account of what each client holds: it took back client B's "
          + "references to the Widget."
      ]
    ],
    questions: [
      "kill-client.right-after": .init(
        "Client B is killed. Widgets right after?", choices: [1: "one", 2: "two"],
        answers: [1: "One.", 2: "Two: a dead client releases nothing."]),
      "kill-client.later": .init(
        "And when COM is through with it?", choices: [1: "one", 2: "two"],
        answers: [1: "One: COM lets go for the dead.", 2: "Two."]),
      "kill-client.after-one": .init(
        "After two minutes: how many Widgets?", choices: [1: "one", 2: "two"],
        answers: [1: "One.", 2: "Two: it might be alive yet."]),
    ],
    knobs: [
      "death": .init(
        "Client B's death is", ["reported": "reported", "silent": "reported by nobody"])
    ],
    actions: ["leave": "client B lets go", "kill-client": "kill -9 of client B"],
    ending:
      "A server cannot see a client die. COM keeps account of what each client holds, and lets it go "
      + "in the dead one's name.",
    endings: [
      "death=silent":
        "Where nobody reports a death, silence tells: three pings of two minutes, and COM lets the "
        + "dead client's references go."
    ])
}
