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
      "who-decides.refused":
        "CO_E_ERRORINDLL, says COM. The file is there, but does not export DllGetClassObject: "
        + "there is no way in for COM. A DLL with classes has to export that, and DllCanUnloadNow "
        + "too.",
      "who-decides.destroyed":
        "The Counter is destroyed: it was made, and nobody got a pointer to it. A factory has to "
        + "clean up like that, or every wrong question would leave an object behind.",
      "who-decides.failed":
        "CoCreateInstance failed, and main got no pointer. No code of the DLL has run: all that "
        + "COM used was the registry, and the list of the file's exports.",
      "who-decides.without":
        "Main is in its loop without a Counter. Which room it would have lived in was clear all "
        + "the same: that was read first.",
    ],
    variants: variantsOfModel.merging(variantsOfFaults) { $1 },
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
      "goes-wrong": .init(
        "What goes wrong",
        [
          "nothing": "nothing", "no-class": "the class is not registered",
          "no-export": "the DLL exports no DllGetClassObject",
          "factory-fails": "the factory has no memory",
          "wrong-interface": "the object lacks the interface",
          "aggregation": "the class will not be a part",
        ]),
    ],
    ending:
      "A word in the registry decided, and it was read before the DLL was entered. What the DLL "
      + "itself said about threads changed nothing.",
    endings: [
      "model=Free":
        "Free: COM started a thread in the MTA and entered the DLL there. What the DLL itself "
        + "said about threads changed nothing.",
      "goes-wrong=no-class":
        "COM finds a class by the registry alone. Without an entry: REGDB_E_CLASSNOTREG, and no "
        + "DLL is touched.",
      "goes-wrong=no-export":
        "With no DllGetClassObject there is no way into a DLL: CO_E_ERRORINDLL, before any of its "
        + "code ran.",
      "goes-wrong=factory-fails":
        "The factory said E_OUTOFMEMORY, and main got just that: what a class answers, COM "
        + "passes on.",
      "goes-wrong=wrong-interface":
        "The object said E_NOINTERFACE, and went again: it was made for a question that it had no "
        + "answer to.",
      "goes-wrong=aggregation":
        "A class may refuse to be a part of another object: CLASS_E_NOAGGREGATION. In another "
        + "room than the outer object, COM refuses for it.",
    ])

  private static let variantsOfModel: [String: [String: String]] = [
    "model=Free": [
      "who-decides.entered":
        "Main has entered a single-threaded apartment (STA): a room whose objects run on this one "
        + "thread. It wants a Counter. In the registry, Counter stands with its DLL, counter.dll, "
        + "and a word: ThreadingModel = Free.",
      "who-decides.asked":
        "Main calls CoCreateInstance, which goes through CoGetClassObject: COM first reads the "
        + "class's entry in the registry. Free: it needs the multithreaded apartment (MTA). "
        + "There is none yet, so COM starts a thread.",
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

  private static let variantsOfFaults: [String: [String: String]] = [
    "goes-wrong=no-class": [
      "who-decides.entered":
        "Main has entered a single-threaded apartment (STA): a room whose objects run on this one "
        + "thread. It wants a Counter. The file counter.dll is there, but was never registered: "
        + "the registry has no entry for it.",
      "who-decides.asked":
        "Main calls CoCreateInstance with Counter's CLSID. COM looks for that in the registry: "
        + "the class's entry is to name the DLL, and the ThreadingModel.",
      "who-decides.refused":
        "REGDB_E_CLASSNOTREG, says COM: the class is not registered. COM knows a DLL's classes "
        + "from the registry only, and does not look for files.",
      "who-decides.failed":
        "CoCreateInstance failed, and main got no pointer. No DLL was loaded and no room was "
        + "chosen: both would have come from the entry.",
      "who-decides.without":
        "Main is in its loop without a Counter. Where it would have lived nobody can say: with no "
        + "entry there is no ThreadingModel to read.",
    ],
    "goes-wrong=factory-fails": [
      "who-decides.refused":
        "E_OUTOFMEMORY, says counter.dll's factory: COM called its CreateInstance, and there was "
        + "no memory for a Counter. What the factory answers, COM passes on.",
      "who-decides.failed":
        "CoCreateInstance failed with the factory's own code, and main got no pointer. The DLL "
        + "stays loaded; the next try may go better.",
    ],
    "goes-wrong=wrong-interface": [
      "who-decides.refused":
        "E_NOINTERFACE, says the Counter. Main asked for IAudit, and the Counter has ICounter. "
        + "The class was right and the object was made: only the interface is not there.",
      "who-decides.failed":
        "CoCreateInstance failed with E_NOINTERFACE, and main got no pointer. COM says the same "
        + "where an interface has no proxy; the log tells who said it: the object, here.",
    ],
    "goes-wrong=aggregation": [
      "who-decides.asked":
        "Main made a Panel, and wants a Counter as a part of it (aggregation): it calls "
        + "CoCreateInstance with the Panel as the outer object. COM first reads the class's entry "
        + "in the registry.",
      "who-decides.refused":
        "CLASS_E_NOAGGREGATION, says {refuser}: no part is made. counter.dll's factory takes no "
        + "outer object; where the Counter would live in another room, COM refuses without it.",
      "who-decides.failed":
        "CoCreateInstance failed, and the Panel has no part. No Counter was made, not even for a "
        + "moment: the outer object is looked at first.",
      "who-decides.without":
        "Main is in its loop, and the Panel is gone. It could have made a Counter of its own, with "
        + "no outer object, and passed the calls on to it (containment).",
    ],
  ]
}
