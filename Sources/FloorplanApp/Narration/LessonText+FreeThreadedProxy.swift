extension LessonText {
  static let freeThreadedProxy = LessonText(
    title: "FTM with a proxy inside",
    question: "An object can be called directly from every room. Does that hold for what it keeps "
      + "in its fields?",
    steps: [
      "ftm-with-proxy.made":
        "Main has a proxy of shop's Counter, and made a Relay that keeps it. The relay hands calls "
        + "on. It has the free-threaded marshaller, FTM: it goes to other rooms in person.",
      "ftm-with-proxy.used":
        "Main marshalled the relay for desk, into a stream. Now main calls the relay, the relay "
        + "calls its proxy, and shop runs it: the counter says {value Counter.value}. At home in "
        + "main's room all is well.",
      "ftm-with-proxy.opened":
        "Desk, a third STA, opened the packet, and holds the Relay itself. There is no proxy of "
        + "the relay: that is what the FTM is for.",
      "ftm-with-proxy.inside":
        "Desk is in the relay's Increment, on its own thread, and nobody minds. Next the relay "
        + "calls what it keeps: the proxy that main was given.",
      "ftm-with-proxy.refused":
        "Proxy 1 answered RPC_E_WRONG_THREAD: it belongs to main's room, and desk is not of it. "
        + "The relay may go everywhere; what it keeps stayed at home.",
      "ftm-with-proxy.got":
        "The table gave desk a proxy of its own, made for desk's room from the same entry. Main "
        + "was not asked.",
      "ftm-with-proxy.served":
        "Shop runs it, as it ran main's call: desk's proxy leads straight to shop's room. Main has "
        + "no part in it.",
      "ftm-with-proxy.counted":
        "The counter says {value Counter.value}. An object with the FTM keeps nothing that has a "
        + "home: it keeps cookies, and asks the table at each call.",
    ],
    variants: [
      "keeps=cookie": [
        "ftm-with-proxy.made":
          "Main was given a proxy of shop's Counter, put it into the global interface table "
          + "(GIT), and made a Relay that keeps the table's cookie, a number. The relay has the "
          + "FTM.",
        "ftm-with-proxy.used":
          "Main marshalled the relay for desk. Now it calls the relay, which asks the table for a "
          + "pointer that is good in the caller's room, and calls that: shop runs it, and the "
          + "counter says {value Counter.value}.",
        "ftm-with-proxy.inside":
          "Desk is in the relay's Increment, on its own thread, and nobody minds. Next the relay "
          + "asks the table, with its cookie, for a pointer that is good here.",
      ]
    ],
    questions: [
      "ftm-with-proxy.who-refuses": .init(
        "Who refuses the call?",
        choices: [1: "nobody", 2: "the relay", 3: "its proxy"],
        answers: [
          1: "Nobody.",
          2: "The relay.",
          3: "The proxy inside: it is main's, not desk's.",
        ]),
      "ftm-with-proxy.who-runs": .init(
        "Desk calls its proxy. Who runs Increment?",
        answers: [1: "Main.", 2: "Shop: the counter lives there.", 3: "Desk."]),
    ],
    knobs: [
      "keeps": .init("The relay keeps", ["pointer": "the pointer", "cookie": "a cookie"])
    ],
    actions: ["call-again": "call again"],
    ending:
      "The relay could be called from every room, the proxy in its field from one only. The FTM "
      + "makes an object agile, not what it keeps.",
    endings: [
      "keeps=cookie":
        "A cookie has no home. Each room got a pointer of its own for it, and the relay works "
        + "everywhere, as the FTM promises."
    ])
}
