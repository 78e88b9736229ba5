extension LessonText {
  static let killServer = LessonText(
    title: "kill -9 of the server, in a call",
    question: "A server is killed while it serves a call. It can revoke nothing, and say nothing. "
      + "What do its clients see?",
    steps: [
      "kill-server.ready":
        "Clients A and B have a Widget each, both of server 1: its count is {count server 1}.",
      "kill-server.executing":
        "Client A called Work. Server 1's thread is in the middle of it, and client A waits for "
        + "the answer.",
      "kill-server.queued":
        "Client B called Paint. Its call waits in server 1's queue: the thread there is still at "
        + "A's.",
      "kill-server.killed":
        "kill -9. No destructor ran, nothing was revoked, no answer was sent. What stood in server "
        + "1 lies there as it stood: a ruin.",
      "kill-server.told-a":
        "Client A's call failed with RPC_S_CALL_FAILED (0x800706BE). The operating system closes "
        + "the connections of a process that is gone, so COM knows that no answer can come.",
      "kill-server.told-b":
        "Client B got the same code. Its call had not begun, but nobody is left to say so: from "
        + "outside, a call that waits and one that is half done look alike.",
      "kill-server.again":
        "Client A called the old proxy again: RPC_S_SERVER_UNAVAILABLE (0x800706BA), at once. Now "
        + "it is sure that nothing was done. That proxy will say so for ever.",
      "kill-server.new":
        "A proxy starts nothing again. But CoCreateInstance does: the SCM had struck out the dead "
        + "server, and started server 2. Client A has a new object, and a new proxy.",
      "kill-server.asked":
        "Client A wants a Widget. No server has registered one: the SCM is to start it.",
      "kill-server.started":
        "Server 1 is there, and has not registered anything. Client A waits for it.",
      "kill-server.not-up":
        "The SCM knew it at once, and did not wait its two minutes: CO_E_SERVER_EXEC_FAILURE. "
        + "The server did not come up, whatever the reason.",
      "kill-server.started-again":
        "Client A asked again. Nothing of the first attempt stands in the way: the SCM started "
        + "server 2.",
      "kill-server.has":
        "Server 2 came up, and client A has its Widget. Only the attempt that was hit has failed.",
    ],
    variants: [
      "moment=between": [
        "kill-server.killed":
          "kill -9, while nobody calls. No destructor ran, nothing was revoked. Both clients have a "
          + "proxy, and what it leads to is a ruin.",
        "kill-server.told-a":
          "Client A called Work: RPC_S_SERVER_UNAVAILABLE (0x800706BA), at once. There is nobody to "
          + "send it to, so it is sure that nothing was done.",
        "kill-server.told-b":
          "Client B called, and got the same code: RPC_S_SERVER_UNAVAILABLE. Each client learns of "
          + "it when it calls.",
        "kill-server.again":
          "Client A called the old proxy again: the same code, and so it will be for ever. A proxy "
          + "belongs to one object in one process.",
      ],
      "moment=before-start": [
        "kill-server.killed":
          "kill -9, before it could register its class object. Client A is still in "
          + "CoCreateInstance: what it waits for lies there as a ruin."
      ],
    ],
    questions: [
      "kill-server.does-it-hang": .init(
        "Client A waits for that call. What comes?", choices: [1: "it hangs", 2: "an error code"],
        answers: [1: "It hangs.", 2: "An error code: it does not hang."]),
      "kill-server.was-it-done": .init(
        "Was A's call carried out?", choices: [1: "yes", 2: "no", 3: "nobody can know"],
        answers: [
          1: "Yes.", 2: "No.",
          3: "Nobody can know: the code says that it may have been.",
        ]),
      "kill-server.what-comes": .init(
        "What does client A get?",
        choices: [1: "it hangs", 2: "an error code", 3: "a new server"],
        answers: [1: "It hangs.", 2: "An error code.", 3: "A new server."]),
    ],
    knobs: [
      "moment": .init(
        "The server is killed",
        ["in-call": "in a call", "between": "between calls", "before-start": "as it starts"])
    ],
    actions: ["kill-server": "kill -9"],
    ending:
      "A client of a dead server does not hang. RPC_S_CALL_FAILED: it may have been done. "
      + "RPC_S_SERVER_UNAVAILABLE: it was not. Only a new object brings a new server.",
    endings: [
      "moment=between":
        "Who calls a dead server hears at once that nothing was done: RPC_S_SERVER_UNAVAILABLE, as "
        + "often as it tries.",
      "moment=before-start":
        "A server that dies before it has registered is an attempt that failed: the next one starts "
        + "another.",
    ])
}
