extension LessonText {
  static let whoDecides = LessonText(
    title: "Who says how I live?",
    question: "A DLL makes objects. Who says which threads may call them: its code, its client, "
      + "or somebody else?",
    steps: [
      "who-decides.entered":
        "Main has entered a single-threaded apartment (STA): a room whose objects run on this one "
        + "thread. It wants a Counter. In the registry, Counter stands with its DLL, counter.dll, "
        + "and a word: ThreadingModel = Apartment.",
      "who-decides.asked":
        "Main calls CoCreateInstance, which goes through CoGetClassObject: COM first reads the "
        + "class's entry in the registry. Apartment: main's room will do. No line of the DLL has "
        + "run yet.",
      "who-decides.loaded":
        "COM loaded counter.dll. It exports the two functions that a DLL with classes has to: "
        + "DllGetClassObject, for making objects, and DllCanUnloadNow, for being asked whether it "
        + "is in use.",
      "who-decides.inside":
        "COM calls DllGetClassObject for the class object (the factory that makes Counters). Its "
        + "author wants to mark the DLL as multithreaded there, and the next line is "
        + "CoInitializeEx(multithreaded).",
      "who-decides.marked":
        "RPC_E_CHANGED_MODE. CoInitializeEx speaks for the thread, not for the DLL, and this "
        + "thread is main, which is in its STA already. It came too late, and to the wrong place.",
      "who-decides.made":
        "The Counter is in main's room, as the registry's word had it, and main's pointer to it "
        + "is direct. What the DLL's code said about threads was not even listened to.",
      "who-decides.worked":
        "Main called Increment, and main ran it (value {value Counter.value}): an ordinary call, "
        + "with no COM in between. A DLL calls no CoInitialize: its registration says how it "
        + "lives.",
      "who-decides.marked-in-mta":
        "CoInitializeEx answered S_FALSE: host is in the multithreaded apartment already, by COM's "
        + "choice. Nothing was marked. The same line is an error on another thread: it depends on "
        + "who comes.",
      "who-decides.made-in-mta":
        "The Counter is in the MTA, as the registry's word had it; main holds proxy 1, which "
        + "stands in for it in main's STA. The DLL's own call had no part in that.",
      "who-decides.worked-in-mta":
        "Main called Increment by its proxy, and host ran it (value {value Counter.value}). A DLL "
        + "calls no CoInitialize: its registration says how it lives.",
      "who-decides.no-export":
        "CO_E_ERRORINDLL. The file is there, but does not export DllGetClassObject: there is no "
        + "way in for COM. A DLL with classes has to export that, and DllCanUnloadNow too.",
      "who-decides.failed":
        "CoCreateInstance failed, and main got no pointer. No code of the DLL has run: all that "
        + "COM used was the registry, and the list of the file's exports.",
      "who-decides.without":
        "Main is in its loop without a Counter. Which room it would have lived in was clear all "
        + "the same: that was read first.",
    ],
    variants: variantsOfWhoDecides,
    questions: [
      "who-decides.changes": .init(
        "The DLL asks for the MTA now. Does its room change?",
        choices: [1: "yes, to the MTA", 2: "no"],
        answers: [1: "Yes.", 2: "No: the room was settled before the DLL was entered."])
    ],
    knobs: [
      "model": .init(
        "The registry's ThreadingModel is",
        ["Apartment": "Apartment", "Free": "Free", "Both": "Both", "absent": "not there"]),
      "exports": .init(
        "The DLL exports", ["both": "both functions", "missing": "no DllGetClassObject"]),
    ],
    ending:
      "A word in the registry decided, and it was read before the DLL was entered. What the DLL "
      + "itself said about threads changed nothing.",
    endings: [
      "model=Free":
        "Free: COM started a thread in the MTA and entered the DLL there. What the DLL itself "
        + "said about threads changed nothing.",
      "exports=missing":
        "With no DllGetClassObject there is no way into a DLL: CO_E_ERRORINDLL, before any of its "
        + "code ran.",
    ])

  private static let variantsOfWhoDecides: [String: [String: String]] = [
    "model=Free": [
      "who-decides.entered":
        "Main has entered a single-threaded apartment (STA): a room whose objects run on this one "
        + "thread. It wants a Counter. In the registry, Counter stands with its DLL, counter.dll, "
        + "and a word: ThreadingModel = Free.",
      "who-decides.asked":
        "Main calls CoCreateInstance, which goes through CoGetClassObject: COM first reads the "
        + "class's entry in the registry. Free: the object belongs into the multithreaded "
        + "apartment (MTA). There is none yet: COM starts a thread for it.",
      "who-decides.inside":
        "COM calls DllGetClassObject, on host, its own thread in the MTA, for the class object "
        + "(the factory that makes Counters). Its author wants to mark the DLL as multithreaded "
        + "there: the next line is CoInitializeEx.",
    ],
    "model=Both": [
      "who-decides.entered":
        "Main has entered a single-threaded apartment (STA): a room whose objects run on this one "
        + "thread. It wants a Counter. In the registry, Counter stands with its DLL, counter.dll, "
        + "and a word: ThreadingModel = Both.",
      "who-decides.asked":
        "Main calls CoCreateInstance, which goes through CoGetClassObject: COM first reads the "
        + "class's entry in the registry. Both: any client's room will do, main's too. No line of "
        + "the DLL has run yet.",
    ],
    "model=absent": [
      "who-decides.entered":
        "Main has entered a single-threaded apartment (STA): a room whose objects run on this one "
        + "thread. It wants a Counter. In the registry, Counter stands with its DLL, counter.dll, "
        + "and no ThreadingModel.",
      "who-decides.asked":
        "Main calls CoCreateInstance, which goes through CoGetClassObject: COM first reads the "
        + "class's entry in the registry. No word: then it lives in the main STA, and that is "
        + "main's room. No line of the DLL has run yet.",
      "who-decides.made":
        "The Counter is in main's room, for the registry says nothing else, and main's pointer to "
        + "it is direct. What the DLL's code said about threads was not even listened to.",
    ],
  ]
}
