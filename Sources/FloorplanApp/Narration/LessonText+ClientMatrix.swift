extension LessonText {
  static let clientMatrix = LessonText(
    title: "The matrix",
    question: "Six kinds of clients, six ways to mark a class. Which pairs work, and which of "
      + "them are free?",
    steps: [
      "matrix.clients":
        "Four threads: main and desk with an STA each, web in the MTA, and guest, which never "
        + "asked for a room and is in the MTA all the same. Each will ask for a counter; the "
        + "registry says how it is marked.",
      "matrix.main-both":
        "Main asked for a class marked Both: made in main's own room, and no COM in between. What "
        + "it gets is entered below. Next: desk, an STA too, and a class with no ThreadingModel.",
      "matrix.desk-absent":
        "With no ThreadingModel there is one room for all: the main STA. Desk is in another, so "
        + "COM stands in between, as with a server in another process. Next: web, Apartment.",
      "matrix.web-apartment":
        "Apartment wants an STA, and web has none: COM started a thread of its own, host, with a "
        + "room for such objects. Web calls there. Next: main, and a class marked Free.",
      "matrix.main-free":
        "Free means the MTA, for every client. The object could bear main's thread, but it lives "
        + "elsewhere, so main's calls travel. Every pair so far worked; few were free.",
      "matrix.yours":
        "Your turn: c and d choose client and model, a asks, f fills the rest. "
        + "NA, the neutral apartment, is a room that callers' threads enter themselves. "
        + "Chosen: {next}.",
      "matrix.clients-without-main":
        "No thread of the program has an STA here: web is in the MTA, and so is guest, which never "
        + "asked for a room. Next: web asks for a class with no ThreadingModel, which wants the "
        + "main STA.",
      "matrix.web-absent":
        "There was no main STA, so COM started a thread, host, with an STA: the first one, so it "
        + "is the main STA now. Web calls there. Next: web again, Apartment.",
      "matrix.web-apartment-too":
        "Apartment wants an STA as well, and the one that COM started is there: host serves both "
        + "classes. Next: guest, in the MTA, and a class marked Free.",
      "matrix.guest-free":
        "Free means the MTA, and guest is in it without ever having called CoInitializeEx. No COM "
        + "in between, as for web.",
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
      "Every client could use every class, however it is marked; only a bad value is refused. "
      + "Where the rooms differ COM stands in between, as for a server in another process.",
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
