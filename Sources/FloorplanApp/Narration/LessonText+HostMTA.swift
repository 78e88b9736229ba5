extension LessonText {
  static let hostMTA = LessonText(
    title: "An STA client creates a Free object",
    question: "The object can bear any number of threads. What does a client in a "
      + "single-threaded apartment get of it?",
    steps: [
      "host-mta.asked":
        "Main, in the main STA (a room with one thread), calls CoCreateInstance. The registry says "
        + "Free: a Counter locks by itself, and lives in the multithreaded apartment (MTA). "
        + "Nobody has opened one yet.",
      "host-mta.made":
        "COM started a thread of its own, host, in an MTA, and had it make the Counter there. "
        + "Nobody in the program asked for that room. The pointer has to go back to main now.",
      "host-mta.proxied":
        "The pointer was marshalled: stub 1 takes calls for the Counter, and main got proxy 1. "
        + "Free means: direct in the MTA, and there only. That the object is safe does not matter "
        + "to COM.",
      "host-mta.served":
        "Main's Increment goes to host as a message, and host runs it, while main WAITS: it pumps "
        + "(takes messages) until the answer comes. All that for an object that main could have "
        + "called safely.",
      "host-mta.entered":
        "Main marshalled its pointer into a stream, and started web and job. They have entered "
        + "the MTA: the room that COM had opened, for a process has one MTA only. Web is about to "
        + "open the packet.",
      "host-mta.opened":
        "Web opened the packet in the room that the Counter lives in: it got no proxy, but the "
        + "object itself, by a direct pointer. Job, of the same room, may use that as it is. (The "
        + "warning passes: the next line detaches the stream.)",
      "host-mta.both-in":
        "Web and job are in Increment at the same time: no queue, no message. Nobody keeps them "
        + "apart, so the Counter adds in one interlocked step, which no other thread can cut in "
        + "two.",
      "host-mta.done":
        "1 by main, 2 by web, 3 by job: {value Counter.sum}. Who lives in the MTA is fast here; "
        + "the client in the STA pays for two hand-offs with every call.",
    ],
    questions: [
      "host-mta.what-gets": .init(
        "The object is thread-safe. What does main get?",
        choices: [1: "a direct pointer", 2: "a proxy"],
        answers: [1: "A direct pointer.", 2: "A proxy: its room is not the object's."])
    ],
    ending:
      "Free is fast in the MTA, and nowhere else: for the client in the STA, COM kept a thread and "
      + "a proxy, though the object could have borne the call.")
}
