extension LessonText {
  static let normalLife = LessonText(
    title: "A normal life",
    question:
      "A local server starts when a client needs it, and ends by itself. What tells it that "
      + "it is time to go?",
    steps: [
      "normal-life.asked":
        "Client A wants the class object of Widget, the object that makes Widgets. COM asks the "
        + "SCM, the service control manager: it knows all local servers that run, and starts what "
        + "the registry names.",
      "normal-life.started":
        "No server has registered the class. So the SCM started the registry's program, "
        + "widgets.exe, as a process of its own: server 1. Client A waits until it registers.",
      "normal-life.registered":
        "Server 1 called CoRegisterClassObject: its class object stands in the SCM's table, and "
        + "client A is sent to it. What comes now is served by server 1's message loop.",
      "normal-life.connected":
        "COM went to server 1, marshalled IClassFactory and unmarshalled it here: client A has a "
        + "proxy. COM had LockServer called too: the server's count is {count server 1}.",
      "normal-life.created":
        "CreateInstance ran in server 1. The constructor of Widget called CoAddRefServerProcess, as "
        + "LockServer had: objects and locks move one count, now {count server 1}.",
      "normal-life.called":
        "Paint runs on server 1's main: the call went there as bytes, from process to process, "
        + "into its queue. Client A's main waits for the answer, and serves others meanwhile.",
      "normal-life.released":
        "Client A has released the Widget. Its destructor called CoReleaseServerProcess: the count "
        + "is {count server 1}. No object is left, but a lock is, and the server stays.",
      "normal-life.zero":
        "Client A released the class object too, and the lock went: CoReleaseServerProcess "
        + "answered 0. That is the sign: COM suspended the class object, and the server begins to "
        + "clean up.",
      "normal-life.ended":
        "It left its loop, revoked, uninitialised and ended. Four functions help a server: "
        + "CoAddRef- and CoReleaseServerProcess, CoSuspend- and CoResumeClassObjects. Clients call "
        + "none.",
      "normal-life.entered":
        "Client A is about to ask for the class object of Widget, the object that makes Widgets. "
        + "The registry says that it is in a local server: a program of its own, widgets.exe.",
      "normal-life.no-program":
        "No server has registered the class, and the program that the registry names is not on "
        + "the disk. There is nothing that the SCM could start.",
      "normal-life.ended-early":
        "Server 1 has ended, and had registered nothing. The SCM need not wait any longer: nobody "
        + "will come from there.",
      "normal-life.silent":
        "Server 1 is in its message loop, and has registered nothing. It lives, so the SCM waits: "
        + "a server may need a while to start.",
      "normal-life.other-registered":
        "Server 1 has registered Gadget, and Widget was asked for. The SCM goes by classes, not by "
        + "programs: it waits.",
      "normal-life.told":
        "CoGetClassObject answered CO_E_SERVER_EXEC_FAILURE, and nothing else came of it.",
      "normal-life.over":
        "Client A goes on without a Widget: to it all that happened is an HRESULT. Whatever a "
        + "server's program does, COM of the others stays whole.",
      "normal-life.cut":
        "The class object was to make a Widget, and bytes came to client A that are no packet. "
        + "A's COM believes nothing of them: it cut the connection to server 1.",
      "normal-life.failed":
        "The call that was out failed with RPC_E_INVALID_DATAPACKET. Client A does not hang, and "
        + "nothing of the bytes was used.",
      "normal-life.again":
        "Client A tried again: RPC_S_SERVER_UNAVAILABLE, with nothing sent. With that process it "
        + "has nothing more to do; with others it goes on as before.",
      "normal-life.too-long":
        "Widget has a lot to say: its answer to Describe is longer than a packet may be. The "
        + "server's COM sent RPC_E_SERVER_CANTMARSHAL_DATA instead, and all else goes on.",
    ],
    variants: [
      "server=silent": [
        "normal-life.told":
          "After two minutes the SCM waited no longer: CoGetClassObject answered "
          + "CO_E_SERVER_EXEC_FAILURE. (Two minutes of the lesson's clock, not of yours.)"
      ],
      "server=other-class": [
        "normal-life.told":
          "After two minutes the SCM waited no longer: CoGetClassObject answered "
          + "CO_E_SERVER_EXEC_FAILURE. (Two minutes of the lesson's clock, not of yours.)"
      ],
      "server=half": [
        "normal-life.cut":
          "The class object was to make a Widget. Half a packet came to client A, and server 1 "
          + "hangs. A's COM reads a packet to its end: it cut the connection to server 1."
      ],
      "server=too-long": [
        "normal-life.ended":
          "It left its loop, revoked, uninitialised and ended, as any server does. An answer that "
          + "was too long cost one call, and nothing more."
      ],
    ],
    questions: [
      "normal-life.who-runs": .init(
        "Client A calls Paint. Who runs it?",
        answers: [
          1: "Client A's main.", 2: "Server 1's main: that is where the object lives.",
        ]),
      "normal-life.does-it-end": .init(
        "The Widget goes, a lock stays. Does it end?", choices: [1: "yes", 2: "no"],
        answers: [1: "Yes.", 2: "No: both have to be gone, objects and locks."]),
      "normal-life.what-comes": .init(
        "What does client A get?", choices: [1: "an error code", 2: "nothing: it hangs"],
        answers: [1: "An HRESULT.", 2: "Nothing."]),
    ],
    knobs: [
      "server": .init(
        "The server's program",
        [
          "good": "is good", "missing": "is missing", "exits": "exits at once",
          "silent": "never registers", "other-class": "registers another class",
          "garbage": "sends garbage", "half": "sends half a packet",
          "too-long": "answers too much",
        ])
    ],
    actions: [
      "another-client": "client", "one-more": "Widget", "lock": "lock", "unlock": "unlock",
      "leave": "go", "quit": "stop", "kill-server": "kill",
    ],
    actionHelp: [
      "another-client": "starts another client, which has a Widget made",
      "one-more": "another client has one more Widget made",
      "lock": "another client takes a class object, which locks the server",
      "unlock": "another client lets its class object go",
      "leave": "another client lets everything go and ends",
      "quit": "another client tells its server to stop",
      "kill-server": "kill -9 of the oldest server",
    ],
    ending:
      "A server lives as long as one number is above 0. Its objects and its locks move it, and no "
      + "client ever touches it.",
    endings: [
      "server=missing":
        "There was no program to start, and the client heard so at once: CO_E_SERVER_EXEC_FAILURE.",
      "server=exits":
        "A server that ends before it has registered is not waited for: CO_E_SERVER_EXEC_FAILURE.",
      "server=silent":
        "A server that never registers is waited for two minutes: then CO_E_SERVER_EXEC_FAILURE.",
      "server=other-class":
        "The SCM waits for a class, not for a program: after two minutes CO_E_SERVER_EXEC_FAILURE.",
      "server=garbage":
        "Bytes that are no packet end the connection to who sent them, by name. Everything else "
        + "goes on.",
      "server=half":
        "Half a packet is no packet: it ended the connection to who sent it. Everything else goes "
        + "on.",
      "server=too-long":
        "A packet has a limit. An answer beyond it becomes an HRESULT, and everything else goes on.",
    ])
}
