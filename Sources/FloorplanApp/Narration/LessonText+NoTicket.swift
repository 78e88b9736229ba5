extension LessonText {
  static let noTicket = LessonText(
    title: "No ticket, torn ticket",
    question: "A packet is like a ticket that is torn at the door. Who says no to a bad one, "
      + "and in which words?",
    steps: [
      "no-ticket.too-early":
        "The worker asked the package for the service before the shell called SetSite: the "
        + "package has no stream and no proxy yet. It refused with E_UNEXPECTED, a word of its own "
        + "code.",
      "no-ticket.marshalled":
        "Now SetSite is marshalling the provider: the stream with its packet is in the field. "
        + "The packet carries 5 public references: 5, so that its receiver need not ask for each. "
        + "It is a normal packet: it can be opened once.",
      "no-ticket.opened":
        "The worker opened it: the 5 references are its proxy's now, and in the packet there are "
        + "none left. The warning: the field points at a freed stream, until the next line "
        + "detaches it.",
      "no-ticket.copied":
        "Earlier the worker had copied the packet's bytes. They are in stream 2 now, byte by "
        + "byte the same, in the field of another package, called Copy. The worker is about to ask "
        + "Copy for the service.",
      "no-ticket.used-up":
        "CO_E_OBJNOTCONNECTED. The bytes were whole, but the references that they stood for had "
        + "been given out already. The package only hands on the answer that it gets.",
      "no-ticket.torn":
        "Half of the packet (an OBJREF) is missing: COM refused again, with another code, "
        + "STG_E_READFAULT. Three refusals, three HRESULTs: the code says where to look.",
    ],
    variants: [
      "tear=scratched": [
        "no-ticket.torn":
          "The bytes do not begin with MEOW, the signature of every packet (OBJREF): COM refused "
          + "again, with RPC_E_INVALID_OBJREF. Three refusals, three HRESULTs: the code says where "
          + "to look."
      ]
    ],
    questions: [
      "no-ticket.who-refuses": .init(
        "The same packet again: who says no?",
        choices: [1: "the package", 2: "COM"],
        answers: [1: "The package itself.", 2: "COM; the package hands it on."])
    ],
    knobs: [
      "tear": .init("The torn ticket", ["cut": "half of it is missing", "scratched": "scratched"])
    ],
    ending:
      "E_UNEXPECTED was the package's own word; the other two came from COM and were handed on. "
      + "An HRESULT says what, and whoever returns it is not always whoever meant it.",
    endings: [
      "tear=scratched":
        "A packet that does not begin with MEOW is none: COM says so with another code than for "
        + "one that is too short."
    ])
}
