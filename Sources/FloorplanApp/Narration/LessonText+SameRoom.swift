extension LessonText {
  static let sameRoom = LessonText(
    title: "Client and class in the same room",
    question: "The client's room and the class's ThreadingModel fit each other. What does COM put "
      + "in between?",
    steps: [
      "same-room.entered":
        "Desk, a second thread, has entered a single-threaded apartment (STA) of its own: a room "
        + "with one thread. Main waits in its own room, and takes messages meanwhile.",
      "same-room.asked":
        "Desk calls CoCreateInstance. The registry says Apartment: a Counter may live in any "
        + "single-threaded apartment, and desk's room is one.",
      "same-room.made":
        "Desk itself ran DllGetClassObject and the constructor: the Counter is in desk's room, "
        + "and desk holds it. Next, desk will call Increment.",
      "same-room.inside":
        "Desk is in the Counter's own code. Its pointer is direct: an address, like that of any "
        + "object of the program. COM made the object, and takes no part in the call.",
      "same-room.asked-too":
        "Desk has counted. Now main wants a Counter: it calls CoCreateInstance for the same class, "
        + "of the same DLL, from another room.",
      "same-room.made-too":
        "Main got a Counter of its own, in its own room. The object lives with who created it; "
        + "the DLL is loaded once for all, so DllGetClassObject is called from several threads.",
      "same-room.done":
        "Both have counted, and each Counter knows one thread only. No proxy, no packet, no "
        + "message: this is the ordinary case, and what the rest is measured by.",
    ],
    variants: [
      "client=mta": [
        "same-room.entered":
          "Web, a second thread, has entered the multithreaded apartment (MTA): a room for any "
          + "number of threads. Main waits in its own room, and takes messages meanwhile.",
        "same-room.asked":
          "Web calls CoCreateInstance. The registry says Both: a Counter may live in an STA or in "
          + "the MTA, wherever its creator is.",
        "same-room.made":
          "Web itself ran DllGetClassObject and the constructor: the Counter is in the MTA, and "
          + "web holds it. Next, web will call Increment.",
        "same-room.inside":
          "Web is in the Counter's own code. Its pointer is direct: an address, like that of any "
          + "object of the program. COM made the object, and takes no part in the call.",
        "same-room.asked-too":
          "Web has counted. Now main wants a Counter: it calls CoCreateInstance for the same "
          + "class, of the same DLL, from its STA.",
        "same-room.done":
          "Both have counted. No proxy, no packet, no message. But the first Counter is in a room "
          + "that any number of threads may enter: a Both class has to bring its own lock.",
      ]
    ],
    questions: [
      "same-room.how-many": .init(
        "How many proxies will that call need?",
        choices: [1: "none", 2: "one", 3: "two"],
        answers: [1: "None: the object is in the caller's room.", 2: "One.", 3: "Two."])
    ],
    knobs: [
      "client": .init(
        "Client and class", ["sta": "STA and Apartment", "mta": "MTA and Both"])
    ],
    actions: ["count-again": "count again"],
    ending:
      "Where client and class fit, COM makes the object in the client's room and steps aside: a "
      + "direct pointer, and one object for each room.",
    endings: [
      "client=mta":
        "Both fits any client: the object is made in the client's room, and the pointer is "
        + "direct. In the MTA that means: for all of its threads."
    ])
}
