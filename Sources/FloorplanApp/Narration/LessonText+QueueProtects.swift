extension LessonText {
  static let queueProtects = LessonText(
    title: "The queue protects you",
    question: "The last object goes, and at that very moment a client comes. Does it get a server "
      + "that is about to stop?",
    steps: [
      "queue-protects.alone":
        "Server 1 has one thread, which is to do everything: it paints for client A. It counts its "
        + "objects and locks itself: own count 1. When that is 0, it means to stop.",
      "queue-protects.released":
        "Client A gave its Widget back. That came to server 1 as a message, its one thread is "
        + "serving it, and the count is 0. It has not decided anything yet.",
      "queue-protects.requested":
        "Client B asked for a Widget. The SCM knows a server that is open, and sent it there: the "
        + "request is a message in server 1's queue. The thread is still in the one before.",
      "queue-protects.revoked":
        "The thread went on in the same message: the count is 0, so it revokes its class object. "
        + "Only then can it take the next message.",
      "queue-protects.met":
        "Now the request was dispatched, and met a class object that is revoked. It came too late "
        + "for this server, and not in the middle of anything. COM says so to B's COM.",
      "queue-protects.new":
        "B's COM told the SCM that this door is closed. So the SCM started the program again: "
        + "server 2. Client B's code still waits in CoCreateInstance, and knows nothing of it.",
      "queue-protects.served":
        "Client B has its Widget, of server 2, and calls it. The two servers have nothing to do "
        + "with each other.",
      "queue-protects.ended":
        "Server 1 has ended, and client B has done what it wanted. That a server stops and that a "
        + "client comes were two messages of one queue, so one of them came first.",
      "queue-protects.both":
        "Client B's request was a message in server 1's queue, and its turn came first: own count "
        + "2. Client A's last Release will be another message in the same queue.",
      "queue-protects.one-left":
        "Client A gave its Widget back: own count {value own count}. Somebody got in before, and the "
        + "count has him in it. So the server stays.",
      "queue-protects.last":
        "Client B gave its Widget back too: own count {value own count}. The thread is serving that "
        + "message, and takes no other before it is through.",
    ],
    variants: [
      "order=request-first": [
        "queue-protects.revoked":
          "In the same message it revoked its class object: whoever comes now is sent to a new "
          + "server. Nobody can get in between."
      ]
    ],
    questions: [
      "queue-protects.who-answers": .init(
        "Client B still wants a Widget. Who makes one?", choices: [9: "nobody"],
        answers: [4: "A new process: server 2.", 9: "Nobody."]),
      "queue-protects.does-it-stop": .init(
        "Client A gives its Widget back. Does it stop?", choices: [1: "yes", 2: "no"],
        answers: [1: "Yes.", 2: "No: client B came first, and is counted."]),
    ],
    knobs: [
      "order": .init(
        "What comes first",
        ["release-first": "A's last Release", "request-first": "B's request"])
    ],
    actions: ["another-client": "another client"],
    ending:
      "In a server with one thread the queue puts stopping and coming in order. Who comes too late "
      + "meets a revoked class object, and gets a new server.",
    endings: [
      "order=request-first":
        "The request came first, so the count was not 0 when the server looked. In neither order "
        + "did a client lose."
    ])
}
