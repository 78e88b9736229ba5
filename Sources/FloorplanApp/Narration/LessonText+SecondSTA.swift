extension LessonText {
  static let secondSTA = LessonText(
    title: "The kept proxy on another STA thread",
    question: "The package keeps one proxy. Two background threads find it: is it good for "
      + "both?",
    steps: [
      "second-sta.marshalled":
        "Main marshalled the provider into a stream, as it should. Two background threads will "
        + "want it; the package has one field to keep the proxy in.",
      "second-sta.opened":
        "The first worker opened the packet. Its proxy lies in m_pBackgroundSP, for all of the "
        + "package. A proxy too has a home: the room in which it was unmarshalled. (The warning "
        + "passes: the next line detaches m_pSPStream.)",
      "second-sta.worked":
        "The first worker used it, and main did the work (done 7: the service adds up its work). "
        + "The field stays filled: whoever comes next finds a proxy, and does not unmarshal again.",
      "second-sta.entered":
        "A second worker has started and entered its apartment. It will find the field filled. "
        + "See in which room the proxy stands, and in which the thread.",
      "second-sta.refused":
        "RPC_E_WRONG_THREAD, before anything was sent: main never heard of it. Each STA needs a "
        + "proxy of its own: a cache for each, or the global interface table, which gives each "
        + "room its own.",
      "second-sta.shared":
        "The call went through: both workers live in one room, the MTA, and a proxy is good for "
        + "every thread of its room.",
    ],
    questions: [
      "second-sta.who-runs": .init(
        "Worker 2 calls. Who runs it?", choices: [4: "nobody"],
        answers: [
          1: "Main, as for the first worker.",
          4: "Nobody: the proxy refuses.",
        ])
    ],
    knobs: [
      "workers": .init(
        "The workers' apartments", ["sta": "an STA each", "mta": "the MTA, for both"])
    ],
    actions: ["use-again": "use it again"],
    ending:
      "A proxy has a home. One cache for the package is right for workers in the MTA, and wrong "
      + "for a second STA: there the proxy refused.",
    endings: [
      "workers=mta":
        "In the MTA both workers are at home in one room, and one proxy serves them both."
    ])
}
