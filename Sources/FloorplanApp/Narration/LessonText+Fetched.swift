extension LessonText {
  static let fetched = LessonText(
    title: "Fetched on main, used behind",
    question: "Main fetches the service, in the right place. May the background thread use it?",
    steps: [
      "fetched.sited":
        "Main and the shell's provider are in the main STA. This time the package does not hand "
        + "the provider on: it will fetch the service from it, here on main.",
      "fetched.fetched":
        "The package has fetched the service and keeps it in a field. The service is an object "
        + "of the main STA, like the provider.",
      "fetched.marshalled":
        "The service was marshalled: a packet lies in a stream that any thread may open. It is "
        + "an address and 5 public references: 5, so that its receiver need not ask for each. Stub "
        + "1 will take calls for the service.",
      "fetched.loops":
        "Main is idle in its loop. The worker has been started, and can read the package's "
        + "fields like any thread of the process.",
      "fetched.entered":
        "The worker is in the MTA, and will use the service from here. This story has two calls: "
        + "first QueryService, by main, then DoWork, by the worker.",
      "fetched.inside":
        "DoWork has begun. The field holds a direct pointer, an address, so the worker itself "
        + "has gone into the service's code. The call is not over yet.",
      "fetched.refused":
        "The service looked at its thread and answered RPC_E_WRONG_THREAD. Where it was fetched "
        + "does not matter; where it lives does.",
      "fetched.opened":
        "The worker opened the packet and has proxy 1, which stands in for the service here and "
        + "sends each call to its room. The warning: the field points at a freed stream, until the "
        + "next line detaches it (lets go of it with no Release).",
      "fetched.worked":
        "DoWork went as a message through main's queue and was run by main (done 7: the service "
        + "adds up its work). With its pointer marshalled, the service can be used from behind.",
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
