extension LessonText {
  static let clientMatrix = LessonText(
    title: "The matrix",
    question: "Six kinds of clients, six ways to mark a class. Which pairs work, and which of "
      + "them are free?",
    steps: [
      "matrix.clients":
        "Four threads: main and desk have an STA each, web is in the MTA, and so is guest, which "
        + "never asked for a room. Each will ask for a counter.",
      "matrix.main-both":
        "Main asked for a class marked Both: made in main's own room. What it gets is entered "
        + "below. Next: desk, an STA too, no ThreadingModel.",
      "matrix.desk-absent":
        "With no ThreadingModel there is one room for all: the main STA. Desk is in another, so "
        + "COM stands in between. Next: web, Apartment.",
      "matrix.web-apartment":
        "Apartment wants an STA, and web has none: COM started a thread, host, with a room for "
        + "such objects. Next: main, and a class marked Free.",
      "matrix.main-free":
        "Free means the MTA, for every client. The object could bear main's thread, but it lives "
        + "elsewhere, so main's calls travel. Every pair so far worked; few were free.",
      "matrix.yours":
        "Your turn: c and d choose client and model, a asks, f fills the rest. "
        + "NA, the neutral apartment, is a room that callers' threads enter themselves. "
        + "Chosen: {next}.",
      "matrix.clients-without-main":
        "No thread has an STA here: web is in the MTA, and guest, which never asked for a room, "
        + "is too. Next: web, and a class with no ThreadingModel.",
      "matrix.web-absent":
        "There was no main STA, so COM started a thread, host, with an STA: being the first, it "
        + "is the main one. Next: web again, Apartment.",
      "matrix.web-apartment-too":
        "Apartment wants an STA as well, and the one that COM started is there: host serves both "
        + "classes. Next: guest, in the MTA, and Free.",
      "matrix.guest-free":
        "Free means the MTA, and guest is in it without ever having called CoInitializeEx. No COM "
        + "in between: the first pair here that is free.",
    ],
    questions: [
      "matrix.main-both-path": path(
        "Main, an STA, asks for Both. How will it call?", "Its home is main's own room: no proxy."),
      "matrix.desk-absent-path": path(
        "Desk asks. How will it call?", "Its home is main's room: a proxy."),
      "matrix.web-apartment-path": path(
        "Web asks. How will it call?", "Its home is host's room: a proxy."),
      "matrix.main-free-path": path(
        "Main asks. How will it call?", "Its home is the MTA: a proxy."),
      "matrix.web-absent-path": path(
        "Web asks. How will it call?", "Its home is the main STA, host's: a proxy."),
      "matrix.web-apartment-too-path": path(
        "Web asks. How will it call?", "Its home is host's room: a proxy."),
      "matrix.guest-free-path": path(
        "Guest asks. How will it call?", "Its home is the MTA, guest's room: no proxy."),
    ],
    knobs: [
      "main": .init(
        "STAs of the program's own", ["there": "main and desk", "none": "none"])
    ],
    actions: [
      "create": "ask", "client": "client", "model": "model", "fill": "fill",
    ],
    ending:
      "Every client could use every class; only a bad value is refused. Where rooms differ COM "
      + "stands in between. In the NA the thread counts: Apartment goes to that thread's own STA, "
      + "or, from an MTA thread, to host's.",
    endings: [
      "main=none":
        "With no STA in the program COM built one, and as the first it became the main STA. Every "
        + "pair works still; COM stands in between more often."
    ])

  /// Each has a sentence of its own: what answers one must not answer the next.
  private static func path(_ question: String, _ answer: String) -> QuestionText {
    QuestionText(
      question, choices: [1: "directly", 2: "by a proxy"], answers: [1: answer, 2: answer])
  }
}
