extension LessonText {
  static let unload = LessonText(
    title: "Unload under your feet",
    question: "A DLL says that it has no objects left. Can its code be taken out of memory?",
    steps: [
      "unload.used":
        "Job, of the multithreaded apartment (MTA), has a Counter of counter.dll: registered Both, "
        + "so by a direct pointer. The DLL counts its objects: 1.",
      "unload.last":
        "Job gives its last pointer back, so the counter's destructor runs, on job. It is code of "
        + "counter.dll.",
      "unload.zero":
        "The destructor took the object off the DLL's count: 0 objects. But job is not out yet: "
        + "its way back out of the destructor is code of counter.dll too.",
      "unload.asked":
        "Desk, in an STA of its own, calls CoFreeUnusedLibrariesEx(0): COM is to unload at "
        + "once what nobody uses. The DLL's own DllCanUnloadNow will say whether it is used.",
      "unload.can-unload":
        "Main runs DllCanUnloadNow, whoever asked: COM always brings it to the main STA's thread. "
        + "The DLL looks: 0 objects, 0 locks. It says S_OK, not in use.",
      "unload.can-always":
        "Main runs DllCanUnloadNow, whoever asked: COM always brings it to the main STA's thread. "
        + "This DLL does not look at its count, 1 object, and says S_OK: not in use.",
      "unload.unloaded":
        "COM took it at its word: counter.dll is out of memory. Job, in the last instructions of "
        + "the destructor, has no code under its feet any more.",
      "unload.returned":
        "Job goes on, in code that is not there: an access violation, in a place where nobody will "
        + "look for it. Here it is caught and named. The count was right, and too early.",
      "unload.candidate":
        "The class is Both, so other threads may be in its code still. COM only notes what "
        + "counter.dll said: if it says so again in ten minutes, it goes.",
      "unload.safe":
        "Job goes on, and the code is still there. For a thread that is on its way out ten "
        + "minutes are long; an object that lives on may well need more.",
      "unload.unloaded-in-use":
        "COM took it at its word: counter.dll is out of memory, and an object of it lives. Job "
        + "knows nothing of it.",
      "unload.lost":
        "Job calls its counter: the address leads into code that is not there. Here it is caught "
        + "and named. The DLL had to say S_FALSE while it has an object.",
    ],
    variants: [
      "delay=usual": [
        "unload.asked":
          "Desk, in an STA of its own, calls CoFreeUnusedLibraries: COM is to unload what nobody "
          + "uses. The DLL's own DllCanUnloadNow will say whether it is used."
      ]
    ],
    questions: [
      "unload.who": .init(
        "Who runs DllCanUnloadNow?",
        answers: [
          1: "Main, whoever asks.",
          2: "Job, which loaded the DLL.",
          3: "Desk, which asks.",
        ])
    ],
    knobs: [
      "delay": .init("Unused DLLs go", ["none": "at once", "usual": "after ten minutes"]),
      "canUnload": .init("DllCanUnloadNow", ["counts": "looks at the count", "yes": "says yes"]),
    ],
    ending:
      "The count was 0, the answer was S_OK, and a thread was still in the last instructions. Not "
      + "in use does not mean that nobody is in it: that is what the delay is for.",
    endings: [
      "delay=usual":
        "COM waited with the unloading, so job came out first. A count can be 0 too early; ten "
        + "minutes forgive that.",
      "canUnload=yes":
        "DllCanUnloadNow said S_OK without looking, and COM cannot check that. It is the DLL that "
        + "has to know whether it is used; a delay only puts the harm off.",
    ])
}
