extension LessonText {
  static let noTicket = LessonText(
    title: "No ticket, torn ticket",
    question: "A packet is like a ticket that is torn at the door. Who says no to a bad one, "
      + "and in which words?",
    steps: [
      "no-ticket.too-early":
        "The worker was too quick: the package has neither a stream nor a kept proxy. The answer "
        + "is E_UNEXPECTED, a word of the package's own code. COM was not even asked.",
      "no-ticket.marshalled":
        "Now SetSite has run: the provider is marshalled, and the stream with its packet is in "
        + "the field. A normal packet lets its holder in once.",
      "no-ticket.opened":
        "The worker opened it and has its proxy. The 5 references that the packet carried are the "
        + "proxy's now; in the packet there are none left.",
      "no-ticket.copied":
        "The worker had copied the bytes before. Another package, called Copy, has them in a "
        + "stream of its own: byte by byte the same ticket.",
      "no-ticket.used-up":
        "CO_E_OBJNOTCONNECTED. The bytes were whole, but what they stood for had been given out "
        + "already. The package only hands on the answer that it gets.",
      "no-ticket.torn":
        "Damaged bytes are no packet: that answer comes from COM too, with another code. Three "
        + "refusals, three HRESULTs, and by its code each says where to look.",
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
