extension LessonText {
  static let fetched = LessonText(
    title: "Fetched on main, used behind",
    question: "Main fetches the service, in the right place. May the background thread use it?",
    steps: [
      "fetched.sited":
        "Main and the shell's provider are in the main STA. This time the package does not hand "
        + "the provider on: it will fetch the service itself, here, where that is allowed.",
      "fetched.fetched":
        "The package has the service in a field, fetched on main's thread as it should be. The "
        + "service is an object of the main STA too.",
      "fetched.marshalled":
        "The service was marshalled: a packet with its address and some references lies in a "
        + "stream that any thread may open. The field itself stays with main.",
      "fetched.loops":
        "Main is idle in its loop. The worker has been started, and can read the package's "
        + "fields like any thread of the process.",
      "fetched.entered":
        "The worker is in the MTA. From here it will use the service. Two calls belong to this "
        + "story: QueryService on main, which is done, and DoWork on the worker.",
      "fetched.inside":
        "DoWork has begun, and the worker's name stands in main's room, outside its apartment. "
        + "The field held a direct pointer, so nothing took the call to main.",
      "fetched.refused":
        "The service looked at its thread and answered RPC_E_WRONG_THREAD. Where it was fetched "
        + "does not matter; where it lives does.",
      "fetched.opened":
        "The worker opened the packet and has a proxy: something that stands in for the service "
        + "here, and sends each call to the room where the service lives.",
      "fetched.worked":
        "DoWork went as a message through main's queue and was run by main. With its pointer "
        + "marshalled, the service can be used from behind.",
    ],
    questions: [
      "fetched.which-fails": .init(
        "Which of the two calls fails?",
        choices: [1: "the first", 2: "the second", 3: "neither"],
        answers: [
          1: "The first: QueryService, on main.",
          2: "The second: DoWork, on the worker.",
          3: "Neither: the pointer was marshalled.",
        ])
    ],
    knobs: [
      "pointer": .init(
        "How the service's pointer goes to the worker",
        ["direct": "as it is", "marshalled": "marshalled"])
    ],
    actions: ["use-again": "use it again"],
    ending:
      "Getting the service was not what is bound to a thread: the service itself is. It lives in "
      + "the main STA like the provider it came from.",
    endings: [
      "pointer=marshalled":
        "What was marshalled is the pointer, not the object: the service stayed where it lives, "
        + "and the worker reached it through a proxy."
    ])
}
