/// Four lessons with one program: the same words wherever the same thing happens.
extension LessonText {
  static let twoThreads = ofTwoThreads(
    "two-threads", title: "Two threads, no agreement",
    question: "One thread of a server sees that nobody is left, and ends it. What if another "
      + "thread lets somebody in meanwhile?",
    ending:
      "Each thread did the right thing in its own room, and client B was left with a dead Gadget: "
      + "a decision that concerns all rooms was made by one thread alone.",
    endings: [
      "counting=look-again": lookedAgain,
      "counting=functions": byFunctions,
      "counting=objects-only": objectsOnly,
      "order=request-first":
        "In this order nobody lost anything. Nothing in the server saw to that: it was luck.",
    ])

  static let cumbersome = ofTwoThreads(
    "cumbersome", title: "The cumbersome way: look again",
    question: "A server has revoked its class objects, and nobody new gets in. May it end now?",
    ending: lookedAgain,
    endings: [
      "counting=nothing": byItself,
      "counting=functions": byFunctions,
      "counting=objects-only": objectsOnly,
      "order=request-first":
        "In this order there was nobody left when the threads looked again. They had to look all "
        + "the same.",
    ])

  static let atZero = ofTwoThreads(
    "at-zero", title: "At zero, in one step",
    question: "Can a server stop so that no client is ever caught in it, whatever its threads do?",
    ending: byFunctions,
    endings: [
      "counting=nothing": byItself,
      "counting=look-again": lookedAgain,
      "counting=objects-only": objectsOnly,
    ])

  static let halfThePlaces = ofTwoThreads(
    "half-the-places", title: "Half of the places",
    question: "A server counts its objects by COM's functions, and does not count locks. Who will "
      + "notice?",
    steps: wordsOfFactory, questions: questionsOfFactory,
    ending:
      "A client held the server by a lock, and nobody counted it. Who uses the functions uses them "
      + "in both places: the objects, and LockServer.",
    endings: [
      "counting=functions":
        "Locks were counted like objects, so a client with a lock only was as safe as one with an "
        + "object.",
      "counting=nothing": byItself,
      "counting=look-again": lookedAgain,
      "order=release-first":
        "In this order client B came to server 2. Its lock is not counted there either, and only "
        + "luck saw to it that nobody let a last object go.",
    ])

  // MARK: Endings

  private static let byItself =
    "A count of one's own is read by one thread and changed by another: whether client B lost "
    + "depended on nothing but the order."

  private static let lookedAgain =
    "Revoke, look again, stay until nobody is left: nobody was lost. But every thread has to do "
    + "it, and to be able to go on."

  private static let byFunctions =
    "COM counted, and suspended the classes in the same step as the 0. So there is no order in "
    + "which a client gets into a server that stops."

  private static let objectsOnly =
    "Counted in the objects only, and nothing was missing, for both clients had objects. A client "
    + "that has only a lock would not be counted."

  // MARK: Words

  private static func ofTwoThreads(
    _ id: String, title: String, question: String, steps: [String: String] = wordsOfObject,
    questions: [String: QuestionText] = [:], ending: String, endings: [String: String]
  ) -> LessonText {
    let steps = wordsOfAll.merging(steps) { _, own in own }
    let questions = questionsOfAll.merging(questions) { _, own in own }
    return LessonText(
      title: title, question: question,
      steps: Dictionary(uniqueKeysWithValues: steps.map { ("\(id).\($0.key)", $0.value) }),
      questions: Dictionary(uniqueKeysWithValues: questions.map { ("\(id).\($0.key)", $0.value) }),
      knobs: [
        "counting": .init(
          "The server counts",
          [
            "nothing": "for itself", "look-again": "for itself, and looks again",
            "functions": "by COM's functions", "objects-only": "by them, but no locks",
          ]),
        "order": .init(
          "First comes",
          ["release-first": "A's last release", "request-first": "B's request"]),
      ],
      ending: ending, endings: endings)
  }

  private static let wordsOfAll: [String: String] = [
    "rooms-own":
      "Server 1 has two rooms, each with a thread and a queue: main has the class Widget, gadgets "
      + "the class Gadget. It counts its objects itself: 1, client A's Widget.",
    "rooms":
      "Server 1 has two rooms: main has the class Widget, gadgets the class Gadget. Constructors "
      + "call CoAddRefServerProcess, destructors CoReleaseServerProcess: one count for the whole "
      + "process, kept by COM.",
    // Released first, counted by itself.
    "own-zero":
      "Main has run the Widget's destructor: the count is 0, so it is about to have all loops end. "
      + "Gadgets knows nothing of that. B's call is in its queue.",
    "told":
      "Main told both loops to end. It went by a 0 that was true once: between its looking and its "
      + "doing another thread has changed the count.",
    "looked":
      "Main has left its loop and revoked its class: nobody gets a Widget here any more. Before it "
      + "ends it looks at the count again: somebody got in at the other door.",
    "stays":
      "Main and gadgets have both revoked their classes, found that somebody is there, and gone "
      + "back into their loops: no new client gets in, and the one inside is served.",
    "served":
      "B's Gadget paints: its thread is there for it. A next client would not come here, for the "
      + "classes are revoked: the SCM would start another server.",
    "left":
      "B gave back what it had, the count went to 0 again, and now it stays there: server 1 has "
      + "ended. Right, but each thread must revoke, look again and be able to go on.",
    // Released first, counted by COM.
    "suspended":
      "The Widget's destructor called CoReleaseServerProcess: the count is 0, and COM suspended "
      + "both classes in that same step. No other thread can come in between.",
    "refused":
      "Gadgets took B's call, and COM let nobody in: CO_E_SERVER_STOPPING. B's program does not "
      + "hear of it: its COM asks the SCM again, and says who refused.",
    "launched":
      "No Gadget is open any more, so the SCM starts server 2. Server 1 is still there: main "
      + "stands in the destructor, with its work to do. Suspended is not dead.",
    "told-late":
      "CoReleaseServerProcess answered 0: for main that means to clean up, so it told both loops "
      + "to end. It need not hurry, for nobody can get in behind it.",
    "revoked":
      "Each thread revoked its own class, at leisure: a class object can be revoked only in the "
      + "room that registered it. Any new request is for another server anyway.",
    "ended":
      "Server 1 has ended with nobody in it, and B's Gadget paints, in server 2. Neither client "
      + "noticed that there was a race.",
    // Asked first.
    "one-left":
      "A has let its Widget go. The count went down to 1: somebody is left, so main does nothing "
      + "but go back to its loop.",
    "last-own":
      "B gave back what it had: the count is 0, and gadgets, which saw it, has all loops end. This "
      + "time nobody was at the other door.",
    "last":
      "B gave back what it had: the count is 0, and COM suspended both classes in that same step. "
      + "Whoever comes now gets another server.",
    "closed":
      "Both threads were told to leave their loops, have revoked their classes and uninitialised: "
      + "server 1 has ended, and nobody lost anything.",
  ]

  private static let wordsOfObject: [String: String] = [
    "queued":
      "Client B wants a Gadget: its call waits in gadgets' queue. Client A lets its Widget go: that "
      + "call waits in main's. Two queues, two threads: nothing says which of the two comes first.",
    "handed-out":
      "Gadgets took B's call and made a Gadget: nothing had told it not to. B has it, and the count "
      + "is 1 again.",
    "gone":
      "Both threads left their loops, revoked their classes and uninitialised: server 1 has ended. "
      + "Its own count said 1 to the last.",
    "dead":
      "B's Gadget does not paint: RPC_S_SERVER_UNAVAILABLE, 0x800706BA. B did nothing wrong. It "
      + "got its object from a server that had decided to end.",
    "got":
      "B has its Gadget, in server 2. In any order it would have: before the 0 it is counted, and "
      + "the server stays; behind the 0 it is sent elsewhere. There is no third moment.",
    "in-own":
      "Client B came first: gadgets made a Gadget for it. The server's own count is 2, one object "
      + "in each room.",
    "in":
      "Client B came first: gadgets made a Gadget for it, whose constructor counted. The count is "
      + "2: one object in each room.",
    "painted":
      "B's Gadget paints. The same two events, in the other order: the server is still there, and "
      + "nobody has lost anything.",
  ]

  private static let wordsOfFactory: [String: String] = [
    "queued-factory":
      "Client B wants Gadget's class object: its call waits in gadgets' queue. Client A lets its "
      + "Widget go: that call waits in main's. Nothing says which of the two comes first.",
    "handed-out-factory":
      "Gadgets took B's call and gave it Gadget's class object: nothing had told it not to. As COM "
      + "handed that out it locked the server, and the count is 1 again.",
    "gone-factory":
      "Both threads left their loops, revoked their classes and uninitialised: server 1 has ended. "
      + "Client B still holds its class object, for which COM had locked it.",
    "dead-factory":
      "Now B wants its Gadget, and CreateInstance fails: RPC_S_SERVER_UNAVAILABLE, 0x800706BA. COM "
      + "had locked the server for it, as the rules say, and the server is gone.",
    "got-factory":
      "B has Gadget's class object, in server 2. Before the 0 it would have been counted where "
      + "locks are counted; behind it, it is sent elsewhere.",
    "in-own-factory":
      "Client B has Gadget's class object, its factory. As COM handed that out it called "
      + "LockServer: the server's own count is 2, a Widget and a lock.",
    "in-factory":
      "Client B has Gadget's class object, its factory. As COM handed that out it called "
      + "LockServer, and that counts like an object: 2, a Widget and a lock.",
    "locked-uncounted":
      "Client B has Gadget's class object, its factory. As COM handed that out it called LockServer. "
      + "Here only constructors and destructors call COM's functions: the count is 1, the Widget.",
    "zero-uncounted":
      "The Widget was the last object: the count is 0, COM suspended both classes, and the server "
      + "is about to stop. Of the lock for B the count knows nothing.",
    "told-uncounted":
      "CoReleaseServerProcess answered 0, so main told both loops to end. Going by its count it is "
      + "right. What is not in the count does not keep the server.",
    "painted-factory":
      "B made its Gadget by the class object, and it paints: the lock kept the server while there "
      + "was no object in it.",
  ]

  private static let questionsOfAll: [String: QuestionText] = [
    "whose-step": .init(
      "Whose next step takes B's Gadget away?",
      answers: [
        3: "Main's: it goes by the 0 that it saw.", 4: "Gadgets': it made the Gadget.",
      ]),
    "ends": .init(
      "The count is 1. Does main end?",
      choices: [1: "it ends", 2: "it stays"],
      answers: [1: "It ends: its class is revoked.", 2: "It stays, until nobody is left."]),
    "which-order": .init(
      "In which order does B lose?",
      choices: [3: "main first", 4: "gadgets first", 9: "in neither"],
      answers: [
        3: "Main first: then B loses.", 4: "Gadgets first: then B loses.",
        9: "B loses in neither order: the 0 and the suspension are one step.",
      ]),
    "who-revokes": .init(
      "Class Gadget must be revoked. Which thread can?",
      answers: [
        3: "Main: it decided.", 4: "Gadgets: it registered the class, in its room.",
      ]),
  ]

  private static let questionsOfFactory: [String: QuestionText] = [
    "whose-step": .init(
      "Whose next step leaves B with nothing?",
      answers: [
        3: "Main's: it goes by the 0 that it saw.", 4: "Gadgets': it gave the class object.",
      ]),
    "what-count": .init(
      "A lets its Widget go. What will the count be?", choices: [1: "zero", 2: "one"],
      answers: [1: "0: locks are not counted.", 2: "1: a lock is left."]),
  ]
}
