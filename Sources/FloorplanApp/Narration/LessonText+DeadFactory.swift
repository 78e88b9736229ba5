extension LessonText {
  static let deadFactory = LessonText(
    title: "The dead factory",
    question: "A client has a server's class object, and its next line is LockServer. Is it safe "
      + "until then?",
    steps: [
      "dead-factory.got":
        "Client A has Widget's class object, its factory, in server 1. A's next line is "
        + "LockServer(TRUE). COM locks as it hands a factory out, but here that is off: count "
        + "{count server 1}, nothing keeps server 1.",
      "dead-factory.between":
        "In between comes client B. It wants a Widget, is sent to the same server, and has one. "
        + "The count is {count server 1}: B's Widget keeps server 1. A has its factory, and has not "
        + "locked it.",
      "dead-factory.zero":
        "B let its Widget go. There was no other object and no lock: the count is 0. COM suspends "
        + "the class object, which takes no clients from here on, and server 1 begins to end. Of A "
        + "it knows nothing.",
      "dead-factory.dead":
        "A went on, and its CreateInstance failed: 0x800706BA, the server is not there. A's factory "
        + "is dead, though A did nothing wrong: between getting and locking it there was a gap.",
      "dead-factory.locked":
        "A asks again, and the SCM starts server 2. Server 1 had a lock of COM's switched off; here "
        + "it is on. As COM packed the factory for A, it called LockServer(TRUE) itself, in server "
        + "2: the count is {count server 2}.",
      "dead-factory.survives":
        "Again B came in between, and its Widget went: the count was 1, then 2, and is 1. Server 2 "
        + "stays. A was counted before it had the factory in its hands, so there is no gap.",
      "dead-factory.s-ok":
        "A has S_OK, and server 2 heard nothing of it: the proxy, which stands in for the factory "
        + "in A's process, answers LockServer by itself. While A has the factory, COM has its lock.",
      "dead-factory.works":
        "CreateInstance did cross to server 2, and Paint too: A has a Widget that works. Nothing "
        + "that others did in the meantime could take it away.",
      "dead-factory.unlocked":
        "A let Widget and factory go. With the last reference from outside COM called "
        + "LockServer(FALSE): the count went to 0, the class object was suspended, and server 2 "
        + "ended.",
      "dead-factory.s-ok-of-nobody":
        "A has S_OK, though server 1 is gone: the proxy, which stands in for the factory in A's "
        + "process, answers LockServer by itself. It was made for a COM that locks when it hands a "
        + "factory out.",
    ],
    variants: [
      "lock=always": [
        "dead-factory.locked":
          "Client A asked for the class object of Widget: its factory. Server 1 was started for "
          + "that. As COM packed the factory for A, it called LockServer(TRUE) itself, in server 1: "
          + "the count is {count server 1}.",
        "dead-factory.survives":
          "In between came client B, and its Widget went: the count was 1, then 2, and is 1. Server "
          + "1 stays. A was counted before it had the factory in its hands, so there is no gap.",
        "dead-factory.s-ok":
          "A has S_OK, and server 1 heard nothing of it: the proxy, which stands in for the factory "
          + "in A's process, answers LockServer by itself. While A has the factory, COM has its "
          + "lock.",
        "dead-factory.works":
          "CreateInstance did cross to server 1, and Paint too: A has a Widget that works. Nothing "
          + "that others did in the meantime could take it away.",
        "dead-factory.unlocked":
          "A let Widget and factory go. With the last reference from outside COM called "
          + "LockServer(FALSE): the count went to 0, the class object was suspended, and server 1 "
          + "ended.",
      ]
    ],
    questions: [
      "dead-factory.stays": .init(
        "B lets its Widget go. What does server 1 do?",
        choices: [1: "it stays, for A", 2: "it ends"],
        answers: [
          1: "It stays.",
          2: "It ends: a factory that nobody locked is not counted.",
        ]),
      "dead-factory.messages": .init(
        "A calls LockServer(TRUE). How many messages cross?",
        choices: [1: "none", 2: "one", 3: "two"],
        answers: [
          1: "None: LockServer is not sent.", 2: "One.", 3: "Two: there and back.",
        ]),
    ],
    knobs: [
      "lock": .init(
        "COM locks the server of whoever has a factory",
        ["second": "in server 2 only", "always": "always", "never": "never"])
    ],
    actions: ["again": "A wants another Widget"],
    ending:
      "A factory in hand keeps no server: in the gap before LockServer it can go. So COM locks as it "
      + "hands the factory out, and the client's own LockServer has nothing left to send.",
    endings: [
      "lock=always":
        "COM locked as it handed the factory out: there was no gap to come in by. LockServer by the "
        + "client sent nothing, and needed not.",
      "lock=never":
        "Without COM's lock the client has no protection at all: its LockServer says S_OK, and sends "
        + "nothing.",
    ])
}
