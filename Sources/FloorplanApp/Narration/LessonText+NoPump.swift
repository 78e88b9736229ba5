extension LessonText {
  static let noPump = LessonText(
    title: "Main does not pump",
    question: "The proxy is ready, the call is made, and main is busy. When does it run? And "
      + "can the background hang the program?",
    steps: [
      "no-pump.busy":
        "Main has marshalled the provider and started the worker. Now it builds the solution, "
        + "for ten seconds, and does not pump: to pump is to take messages out of the queue.",
      "no-pump.opened":
        "The worker opened the packet meanwhile. Unmarshalling makes no call, so it works while "
        + "main is busy. The warning: the field points at a freed stream, until the next line "
        + "detaches it.",
      "no-pump.queued":
        "QueryService lies in main's queue as a message, and the worker cannot go on without its "
        + "answer. Main is still in BuildSolution.",
      "no-pump.served":
        "The build is over, and main took the message from its queue: now the call runs. A proxy "
        + "is as quick as the loop behind it.",
      "no-pump.waits":
        "Main now waits for the worker's end before it goes on. The worker is about to call the "
        + "service, which lives in main's room.",
      "no-pump.stuck":
        "DoWork lies in main's queue, and main, in its wait, takes no messages. Main waits for "
        + "the worker, the worker for main: a ring of two.",
      "no-pump.served-in-wait":
        "Main waits with a loop of its own, a modal loop: it WAITS, and takes calls meanwhile. "
        + "DoWork runs in the middle of the wait.",
      "no-pump.resolved":
        "The worker got its answer and ended, so main's wait was over. It is back in its own "
        + "loop. Same wait, same threads, one loop more.",
      "no-pump.worked":
        "Main went back to its loop without waiting for anybody, so DoWork was taken as soon as "
        + "it came (done 7: the service adds up its work). Who does not wait cannot be stuck.",
    ],
    variants: [
      "build=short": [
        "no-pump.busy":
          "Main has marshalled the provider and started the worker. Now it builds the solution, "
          + "for ten milliseconds, and does not pump: to pump is to take messages out of the "
          + "queue."
      ]
    ],
    questions: [
      "no-pump.when": .init(
        "When will the call run?",
        choices: [1: "at once", 2: "when main takes it", 3: "never"],
        answers: [
          1: "At once.",
          2: "When main took it: nothing interrupts main.",
          3: "Never.",
        ]),
      "no-pump.who-goes-on": .init(
        "The worker calls DoWork. Who can go on?", choices: [3: "nobody"],
        answers: [
          1: "Main: its wait pumps, and it serves the call.",
          2: "The worker can.",
          3: "Nobody: a deadlock.",
        ]),
    ],
    knobs: [
      "wait": .init(
        "Main waits for the worker",
        ["raw": "and takes nothing", "pumping": "and pumps", "none": "not at all"]),
      "build": .init("The build takes", ["long": "10 s", "short": "10 ms"]),
    ],
    ending:
      "COM interrupts no thread: a call waited as long as main was busy. Then main waited for the "
      + "one who waited for main, and nobody could go on.",
    endings: [
      "wait=pumping":
        "The same wait, but with a message loop in it: main served the call while it waited, and "
        + "the ring was never closed.",
      "wait=none":
        "Main waited for nobody. The calls came late, because main was busy, but they came.",
    ])
}
