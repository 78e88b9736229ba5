extension LessonText {
  static let hostSTA = LessonText(
    title: "A room that nobody built",
    question: "The object wants a single thread of its own, and its client has none to offer. "
      + "Where will it live?",
    steps: [
      "host-sta.entered":
        "Web and job are in the MTA, the multithreaded apartment: a room for any number of "
        + "threads, with no queue. Both want to use a Counter, of counter.dll. Web is about to "
        + "create it.",
      "host-sta.asked":
        "Web calls CoCreateInstance. COM reads the registry: ThreadingModel is Apartment, so a "
        + "Counter has to live in a single-threaded apartment (STA), a room with one thread. Web's "
        + "room is none.",
      "host-sta.made":
        "COM started thread {number host}, host, gave it an STA of its own and had it make the "
        + "Counter there. Nobody in the program asked for that room: the one word in the registry "
        + "did.",
      "host-sta.proxied":
        "The Counter's pointer was marshalled back: stub 1 takes calls for it in host's room, and "
        + "web got proxy 1, which stands in for it in the MTA. Web cannot tell: it called "
        + "CoCreateInstance, and has a pointer.",
      "host-sta.shared":
        "Web handed its pointer to job, as it is. They are in one room, so one proxy is good for "
        + "both: local refs 2. Web is about to call Increment(3), job Increment(5).",
      "host-sta.queued":
        "Web's call runs on host, and web is BLOCKED: it waits for the answer and pumps nothing. "
        + "Job has called meanwhile, by the same proxy, and waits for an answer too.",
      "host-sta.second":
        "One after the other: host came back to its loop, and took job's call from the queue. "
        + "That is why the class wants a room with one thread. Counter's code has no lock, and "
        + "needs none.",
      "host-sta.done":
        "Both calls are answered: 3 and 5 make {value Counter.value}, and nothing was lost. What it "
        + "cost: each call is packed, goes to another thread, and waits for its turn.",
      "host-sta.made-by-main":
        "Main made the Counter: a class with no ThreadingModel lives in the main STA, on the "
        + "process's first STA thread, whoever creates it. COM had to start no thread.",
      "host-sta.proxied-to-main":
        "The Counter's pointer was marshalled back: stub 1 takes calls for it in the main STA, "
        + "and web got proxy 1, which stands in for it in the MTA.",
      "host-sta.served":
        "Web's call came to main's loop as a message, and main runs it while web is BLOCKED. "
        + "Every other call for this Counter has to come through that loop as well.",
      "host-sta.done-by-main":
        "Both calls ran on main, one after the other: 3 and 5 make {value Counter.value}. Nothing "
        + "was lost, and main was disturbed for each of them.",
      "host-sta.made-by-web":
        "Web itself made the Counter, in its own room: the class allows that. COM started no "
        + "thread, and web has a direct pointer: an address, with nothing in between.",
      "host-sta.shared-directly":
        "Web handed its pointer to job, as it is: they are in one room, so the address is good "
        + "for both. Each of the two is about to call Increment.",
      "host-sta.inside":
        "Web runs Increment(3) itself: no message, no other thread, and no queue that anybody "
        + "else would wait in.",
      "host-sta.inside-too":
        "Job runs Increment(5) itself too. Nothing keeps it and web apart but the lock in the "
        + "Counter's own code: who allows this room has to bear all of its threads.",
      "host-sta.done-directly":
        "3 and 5 make {value Counter.value}. No proxy, no packet, no hand-off: where the room is "
        + "right, COM does not stand in between. Where two threads meet in Increment, it is the "
        + "Counter's own lock that keeps them apart.",
    ],
    variants: variantsOfHostSTA,
    questions: [
      "host-sta.who-constructs": .init(
        "Who runs Counter's constructor?",
        choices: [4: "another"],
        answers: [
          1: "Main: a class that says nothing lives in the main STA.",
          2: "Web itself: its room is right for the class.",
          4: "Another one, host: COM started it for this.",
        ]),
      "host-sta.who-constructs-with-no-main": .init(
        "Who runs Counter's constructor?",
        choices: [3: "another"],
        answers: [
          1: "Web itself: its room is right for the class.",
          3: "Another one, host: COM started it for this.",
        ]),
      "host-sta.who-serves": .init(
        "Web's call returns. Who runs job's?",
        answers: [
          3: "Host again: the Counter's room has no other thread.",
          4: "Host again: the Counter's room has no other thread.",
        ]),
    ],
    knobs: [
      "model": .init(
        "The class's ThreadingModel is",
        ["Apartment": "Apartment", "Both": "Both", "Free": "Free", "absent": "not there"]),
      "main": .init(
        "When web creates, the program's main STA is", ["there": "there", "none": "not there"]),
    ],
    actions: ["another-call": "another call"],
    ending:
      "Nobody in the program built that room: COM started a thread with an STA of its own, made "
      + "the object there, and everybody else reached it through its queue.",
    endings: [
      "model=Both":
        "Both: the object lived where it was created, and both threads of that room went in "
        + "directly. Keeping them apart is its own affair.",
      "model=Free":
        "Free: the object lived in the MTA, where its clients were, and they went in directly. "
        + "Keeping them apart is its own affair.",
      "model=absent":
        "A class that says nothing lives in the main STA. Where the program has no STA, the one "
        + "that COM starts a thread for is the main one.",
      "main=none":
        "Nobody in the program built that room: COM did, for a class that wants one thread. Being "
        + "the first STA of the process, it is the main STA too.",
    ])

  private static let variantsOfHostSTA: [String: [String: String]] = [
    "model=Both": [
      "host-sta.asked":
        "Web calls CoCreateInstance. COM reads the registry: ThreadingModel is Both, so a Counter "
        + "may live in a single-threaded apartment or in the multithreaded one, whichever its "
        + "creator is in."
    ],
    "model=Free": [
      "host-sta.asked":
        "Web calls CoCreateInstance. COM reads the registry: ThreadingModel is Free, so a Counter "
        + "has to live in the multithreaded apartment, whoever creates it.",
      "host-sta.made-by-web":
        "Web itself made the Counter, in its own room: the class demands the MTA, and web is in "
        + "it. COM started no thread, and web has a direct pointer: an address, with nothing in "
        + "between.",
    ],
    "model=absent": [
      "host-sta.asked":
        "Web calls CoCreateInstance. COM reads the registry: there is no ThreadingModel. Such a "
        + "class was written for a process with one thread, and lives in the main STA: the first "
        + "single-threaded apartment that there was."
    ],
    "main=none": [
      "host-sta.made":
        "COM started thread {number host}, host, gave it an STA of its own and had it make the "
        + "Counter there. As the first STA of the process it is the main one, though nobody in "
        + "the program asked for it."
    ],
  ]
}
