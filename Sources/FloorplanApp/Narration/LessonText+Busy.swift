extension LessonText {
  static let busy = LessonText(
    title: "Busy: the message filter",
    question: "A room is busy and does not want calls just now. What does it say, and what becomes "
      + "of the call?",
    steps: [
      "busy.building":
        "Main waits for a build to end, and pumps (takes messages) meanwhile. It wants no calls "
        + "in between: so it gave its STA a message filter, an object that COM asks before it lets "
        + "a call in.",
      "busy.sent":
        "Desk, in an STA of its own, calls Increment on main's counter. The call lies in main's "
        + "queue, as always between two rooms.",
      "busy.asked":
        "Main took the message, and COM asks main's filter, HandleInComingCall: who calls, what, "
        + "and is this a good time? The counter knows nothing of it yet.",
      "busy.later":
        "Main's filter said SERVERCALL_RETRYLATER: not now. The call went back to desk without an "
        + "answer, and main waits for its build as before. The counter was not called.",
      "busy.rejected":
        "Main's filter said SERVERCALL_REJECTED: no. The call went back to desk without an "
        + "answer, and main waits for its build as before. The counter was not called.",
      "busy.retried":
        "COM asked desk's filter, RetryRejectedCall, and it said: again in 100 milliseconds. Desk "
        + "WAITS that long, and pumps: it is in its call still, and could be called.",
      "busy.built":
        "The build is done, and main is back in its loop. Desk's call is not in its queue: it "
        + "comes when the time is up. Nobody tells desk that main is free.",
      "busy.served":
        "Desk's call was sent a second time. Main's filter lets it in now, and main runs "
        + "Increment. Desk's program saw one call that took a little longer.",
      "busy.again":
        "The same call was sent again, and main's filter said the same: later. Desk's filter is "
        + "asked each time, and told how long it has been trying.",
      "busy.gave-up":
        "The third time desk's filter said: enough. Now the call failed, RPC_E_CALL_REJECTED. How "
        + "long is long enough is the caller's to say.",
      "busy.cancelled":
        "COM asked desk's filter, RetryRejectedCall, and it said: do not. So the call failed with "
        + "RPC_E_CALL_REJECTED, though nothing is wrong with it.",
      "busy.failed":
        "Desk's STA has no filter, so there is nobody to ask: the call failed with the code that "
        + "says what main's filter said.",
    ],
    variants: [
      "caller=mta": [
        "busy.sent":
          "Desk, now of the multithreaded apartment (MTA), calls Increment on main's counter. The "
          + "call lies in main's queue, as always between two rooms.",
        "busy.failed":
          "A thread of the MTA has no filter and cannot have one. So there is nobody to ask: the "
          + "call failed with the code that says what main's filter said.",
      ]
    ],
    questions: [
      "busy.who": .init(
        "It came back. Who tries again?",
        choices: [3: "nobody"],
        answers: [
          1: "Main, when it is free.",
          2: "Desk: its own filter decides.",
          3: "Nobody: the call fails.",
        ])
    ],
    knobs: [
      "server": .init(
        "Main's filter says",
        [
          "later": "later, while it builds", "rejects": "no, while it builds",
          "always": "later, always",
        ]),
      "caller": .init(
        "Desk's filter",
        [
          "patient": "tries again", "gives-up": "gives up", "none": "is missing",
          "mta": "cannot be (MTA)",
        ]),
    ],
    ending:
      "Later is no error: the call came back, the caller's filter had it sent again, and it ran. "
      + "The busy room says when not; the caller says how long it tries.",
    endings: [
      "server=rejects":
        "No is meant for good: the call failed, and no filter tried again. Main's counter was "
        + "never called.",
      "server=always":
        "Main's filter never let the call in, and so it failed. Whether it is sent again before "
        + "that, and how often, is up to the caller's side.",
      "caller=gives-up":
        "The caller's filter did not want to wait, so later became an error. It is always the "
        + "caller that decides.",
      "caller=none":
        "Without a filter on the caller's side nobody tries again: later becomes an error at once.",
      "caller=mta":
        "Filters are for STAs. A caller of the MTA gets the error at once, and has to try again by "
        + "itself.",
    ])
}
