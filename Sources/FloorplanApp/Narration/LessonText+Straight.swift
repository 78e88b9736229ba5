extension LessonText {
  static let straight = LessonText(
    title: "Straight from the background",
    question: "The background thread calls the shell's provider by main's own pointer. Who "
      + "stops it, and where does the call run?",
    steps: [
      "straight.sited":
        "Main has entered a single-threaded apartment (STA): a room whose objects are meant for "
        + "this one thread. The shell's provider lives in it; main holds it by a direct pointer.",
      "straight.sited-proxy":
        "Now the provider lives in helper's single-threaded apartment (STA), a room whose "
        + "objects are meant for one thread. Main holds proxy 1, which stands in for it in main's "
        + "STA. (The warning passes: it is about helper's stream.)",
      "straight.used":
        "Main uses the provider: it asked for the shell's service, and is in its DoWork now "
        + "(done 1: what the service has done so far). Main is at home here, so its pointer is "
        + "good. An address, no more.",
      "straight.used-proxy":
        "Main uses the provider by its proxy: DoWork went as a message to helper, who runs it "
        + "(done 1) while main waits for the answer. Main is at home here, so its proxies are "
        + "good.",
      "straight.loops":
        "Main is idle in its loop: it takes whatever comes into its queue. The worker, a second "
        + "thread, has been handed that same address.",
      "straight.entered":
        "The worker enters the multithreaded apartment (MTA), a room for any number of threads. "
        + "It has the address of something in another room, and nothing else.",
      "straight.inside":
        "The call is under way: the worker itself stands in main's room, outside its own "
        + "apartment. Main has no part in it. A pointer is an address: nothing lies in between, not "
        + "even COM.",
      "straight.inside-too":
        "The call is under way: the worker itself stands in main's room, outside its own "
        + "apartment. Main can be in the same code at the same time. A pointer is an address: "
        + "nothing keeps the two apart, not even COM.",
      "straight.refused":
        "{refuser} answered RPC_E_WRONG_THREAD: it looked at the thread that came. Nobody else "
        + "did; without that look the call would have gone on in the wrong room.",
      "straight.refused-by-proxy":
        "Proxy 1 answered RPC_E_WRONG_THREAD: it belongs to main's room, and the worker is not "
        + "of it. Nothing was sent to helper, and the worker cannot get past the proxy: the object "
        + "itself is elsewhere.",
      "straight.read":
        "The service keeps a total and no lock: one thread was meant to come. The worker has "
        + "read it and is about to add to what it read.",
      "straight.overtaken":
        "Meanwhile main did the same: it read the total, added, and wrote. The worker does not "
        + "know: it still has the value that it read before.",
      "straight.lost":
        "The worker wrote its own sum over main's. Two additions, and the total says "
        + "{value ShellService.total}. No error, no crash: that is what a room protects from.",
    ],
    variants: [
      "pointer=proxy": [
        "straight.loops":
          "Main is idle in its loop: it takes whatever comes into its queue. The worker, the "
          + "third thread, has been handed main's pointer: the address of proxy 1.",
        "straight.entered":
          "The worker enters the multithreaded apartment (MTA), a room for any number of "
          + "threads. It has the address of proxy 1, which is in main's room, and nothing else.",
      ],
      "check=nobody": [
        "straight.entered":
          "The worker, a second thread, has been handed main's pointer: an address. It enters "
          + "the multithreaded apartment (MTA), a room for any number of threads."
      ],
    ],
    questions: [
      "straight.who-runs": .init(
        "Next: QueryService by main's pointer. Who runs it?",
        answers: [
          1: "Main runs it.",
          2: "The worker itself: that is the fault.",
        ]),
      "straight.who-runs-proxy": .init(
        "Next: the worker calls. Who runs it?", choices: [4: "nobody"],
        answers: [
          3: "The worker itself.",
          4: "Nobody: the proxy refuses first.",
        ]),
    ],
    knobs: [
      "pointer": .init(
        "What main's pointer points at", ["direct": "the object", "proxy": "a proxy of it"]),
      "check": .init(
        "Who looks at the thread", ["component": "the provider", "nobody": "nobody"]),
    ],
    actions: ["call-again": "call again"],
    ending:
      "The call ran on the worker, inside main's room. COM never saw it; the provider looked at "
      + "its thread and refused. A pointer is an address, not a permit.",
    endings: [
      "pointer=proxy":
        "The pointer led to a proxy, and a proxy knows whose it is: it refused before any call "
        + "was made. Only where COM stands in between can COM refuse.",
      "check=nobody":
        "Nobody looked, so both threads were in the service at once, and an addition was lost "
        + "without a word.",
    ])
}
