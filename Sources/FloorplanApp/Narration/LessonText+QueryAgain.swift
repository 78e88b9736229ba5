extension LessonText {
  static let queryAgain = LessonText(
    title: "Query again: what the second time costs",
    question: "The packet is used up. How does the background thread query a second time?",
    steps: [
      "query-again.marshalled":
        "As before, main marshalled the provider. A packet lies in a stream: an address and 5 "
        + "public references (5, so that its receiver need not ask for each). The package's field "
        + "holds the stream.",
      "query-again.opened":
        "The worker opened the packet, once, and keeps what it got: a proxy, in the field "
        + "m_pBackgroundSP. The warning: m_pSPStream points at a freed stream, until the next line "
        + "detaches it.",
      "query-again.worked":
        "The first query and its work are done, all of it run by main (done 7: the service adds "
        + "up its work). Now the worker will query a second time. m_pBackgroundSP is filled, "
        + "m_pSPStream is empty.",
      "query-again.queued":
        "The worker called the proxy that it had kept. All that came of it is a message in main's "
        + "queue. Nothing was marshalled for the provider.",
      "query-again.served":
        "Main took the message, and the stub calls the provider. The same road as the first time, "
        + "without its beginning.",
      "query-again.worked-again":
        "Done again. A normal packet opens once, so what came out of it is worth keeping. The key "
        + "a asks once more, as often as you like.",
    ],
    questions: [
      "query-again.how-many": .init(
        "How many streams will this query open?", choices: [1: "none", 2: "one"],
        answers: [
          1: "None: the proxy is there already.",
          2: "One, as the first did.",
        ])
    ],
    actions: ["query-again": "query again"],
    ending:
      "The second query needed no packet and no stream: a message into main's queue, and the "
      + "answer back. Unmarshal once, keep the proxy.")
}
