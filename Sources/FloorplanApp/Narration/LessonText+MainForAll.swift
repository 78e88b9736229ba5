extension LessonText {
  static let mainForAll = LessonText(
    title: "A class that says nothing",
    question: "An old DLL says nothing about threads, and a program with three of them uses it. "
      + "Which thread does its work?",
    steps: [
      "main-for-all.home":
        "The class Counter, of old.dll, has no ThreadingModel. Main, in the main STA (the first "
        + "single-threaded apartment), created one for itself and holds it by a direct pointer.",
      "main-for-all.asked":
        "Desk is in an STA of its own, and calls CoCreateInstance for the same class. COM has to "
        + "call DllGetClassObject, the DLL's way in, for the class object, the factory.",
      "main-for-all.entry":
        "Main is in DllGetClassObject, called by a message from desk, who waits. The DLL's global "
        + "data (visits) has no lock: whoever needs one thread gets one, for its entry points and "
        + "its globals too.",
      "main-for-all.made":
        "The constructor ran on main as well: the Counter is in main's room. Desk holds a proxy, "
        + "which sends each call there. (Local refs: the pointers to the proxy; public refs: what "
        + "its stub has given out.)",
      "main-for-all.served":
        "Desk's Increment: proxy 1 packed it, stub 1 unpacked it in main's room, and main runs "
        + "it. Every call from outside takes its turn in main's queue, so two never meet.",
      "main-for-all.web":
        "Web, in the multithreaded apartment, did the same, and got the same: one more Counter in "
        + "main's room, and a proxy of it. The client's own kind of room makes no difference.",
      "main-for-all.done":
        "Three Counters, one thread. Visits says {value old.dll visits}: none was lost, with no "
        + "lock at all. The price: each call from outside goes to main and back, and waits while "
        + "main does something else.",
      "main-for-all.busy":
        "Main is in the main STA and builds the solution: it takes no messages. Desk, in an STA "
        + "of its own, wants a Counter of old.dll. That class has no ThreadingModel.",
      "main-for-all.waits":
        "Web wants one too. Both requests lie in main's queue: objects of this class are made in "
        + "the main STA, and main is busy. Desk and web can do nothing but wait.",
    ],
    variants: [
      "main=busy": [
        "main-for-all.home":
          "The build is over, and main goes on with its own work first: it created a Counter, and "
          + "holds it by a direct pointer. The two others still wait.",
        "main-for-all.entry":
          "Main is in its loop at last: it took desk's request, and is in DllGetClassObject for "
          + "it. The DLL's global data (visits) has no lock: who needs one thread gets one, for "
          + "its entry points and its globals too.",
        "main-for-all.web":
          "Web has its pointer by now as well: one more Counter in main's room, and a proxy of "
          + "it. Web waited all that time for a thread that is not its own.",
      ]
    ],
    questions: [
      "main-for-all.who-enters": .init(
        "For desk: which thread will run DllGetClassObject?",
        answers: [
          1: "Main: entry points, globals and objects belong to one thread.",
          2: "Desk itself.",
          3: "Web.",
        ])
    ],
    knobs: ["main": .init("Main is", ["loop": "in its loop", "busy": "busy at first"])],
    actions: ["count-again": "count again"],
    ending:
      "No ThreadingModel means: the main STA for everything, the DLL's entry points, its globals "
      + "and all of its objects. Safe, and a queue for everybody else.",
    endings: [
      "main=busy":
        "One thread for everything: while main was busy, two threads that had nothing to do with "
        + "it stood still."
    ])
}
