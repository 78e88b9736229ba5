extension LessonText {
  static let bothModels = LessonText(
    title: "Both",
    question: "The class is marked \"Both\": for single-threaded and multithreaded rooms. Is one "
      + "object of it at home in both of them?",
    steps: [
      "both.made":
        "Main is in the main STA, a room of one thread. \"Both\" says: make it where the client "
        + "is. So Counter 1 is in main's room, main's pointer is direct, and it has counted "
        + "{value Counter 1.sum}.",
      "both.packed":
        "Web, a thread of another room, is to call it too. The pointer is marshalled: packet 1 "
        + "holds an address, and stub 1 will take calls for the object.",
      "both.opened":
        "Web, in the MTA (the room of any number of threads), opened the packet: proxy 1, which "
        + "stands in for Counter 1. The mark says where a class can be born, not that an object "
        + "has two homes.",
      "both.served":
        "Web's Increment went to main's queue as a message, and main runs it. Counter 1 never "
        + "meets a second thread: it was born in a room of one.",
      "both.made-too":
        "Web made one for itself: same class, same file. This client is in the MTA, so Counter 2 "
        + "is there, and web's pointer is direct.",
      "both.kept-out":
        "Job is of web's room and calls by the same address. Both threads are in Increment; job is "
        + "BLOCKED at the lock that the object brought, for COM keeps nobody out here.",
      "both.counted":
        "Web wrote 1; job read that and wrote 2. Counter 2 says {value Counter 2.sum}: the lock "
        + "put them in order. Counter 1, in main's STA, has one as well and never needed it.",
      "both.both-in":
        "Job is of web's room and calls by the same address. Both threads are in Increment at "
        + "once, and this object has no lock. Nobody else keeps them apart.",
      "both.lost":
        "Web read 0, job read 0 and wrote 1, web wrote 1: two additions, and Counter 2 says "
        + "{value Counter 2.sum}. Who marks a class \"Both\" promises that it can bear this.",
    ],
    questions: [
      "both.what-holds": .init(
        "Web opens the packet. What does it hold?",
        choices: [1: "the object itself", 2: "a proxy"],
        answers: [
          1: "The object itself.",
          2: "A proxy: direct only where it was born.",
        ])
    ],
    knobs: [
      "sync": .init("The counter", ["locked": "locks", "none": "does not lock"])
    ],
    ending:
      "Direct where it was born, and only there. In the MTA several threads call it at once, so "
      + "it has to keep them apart itself, and it did.",
    endings: [
      "sync=none":
        "Direct where it was born, and only there. In the MTA two threads were in it at once, and "
        + "with no lock an addition was lost, with no error."
    ])
}
