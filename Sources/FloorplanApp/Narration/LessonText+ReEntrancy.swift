extension LessonText {
  static let reEntrancy = LessonText(
    title: "A stranger in between",
    question: "An object waits in the middle of its method for an answer from another room. Can "
      + "somebody else call it meanwhile?",
    steps: [
      "re-entrancy.made":
        "Main's STA has an Account with 100 in it, desk's STA a Ledger. STA: a room for one thread. "
        + "So the account has no lock, and reaches the ledger by a proxy.",
      "re-entrancy.called":
        "Main is in Withdraw(30). It has read the balance, 100, and calls the ledger before it "
        + "writes. Desk runs Record; main WAITS for the answer, in the middle of its method.",
      "re-entrancy.called-back":
        "The ledger asks the account back, and gets an answer: main runs Balance inside its wait. "
        + "Without that the two would wait for each other. It is one chain of calls, main's own.",
      "re-entrancy.stranger":
        "Web, of the multithreaded apartment, pays 50 in: Deposit lies in main's queue. It is no "
        + "part of what main and desk are about, and main still waits for desk.",
      "re-entrancy.inside":
        "It runs now, on main, inside main's wait: the loop that an STA waits in (the modal loop) "
        + "takes any call, not only those of its own chain. Withdraw stands below it, not finished, "
        + "on the same thread.",
      "re-entrancy.changed":
        "Deposit is done: {value Account.balance} in the account. Withdraw knows nothing of it: "
        + "what it read before its call, 100, it still has.",
      "re-entrancy.lost":
        "The answer came, and Withdraw wrote 100 - 30. The account says {value Account.balance}, "
        + "and 50 are gone: an update lost by one thread alone. No lock helps: one "
        + "thread does not wait for itself.",
      "re-entrancy.refused":
        "It is the account that refused, E_UNEXPECTED, not COM: it has a flag that says that it is "
        + "in the middle of something. Web knows that its money was not taken.",
      "re-entrancy.added":
        "Withdraw had written 70 before it called anybody, so Deposit added to that. Nothing of "
        + "the account's was half done when the stranger came.",
      "re-entrancy.taken":
        "Withdraw wrote the new balance: {value Account.balance}. Between its reading and its "
        + "writing nobody came in this time.",
      "re-entrancy.kept":
        "Main is back in its loop, and the account says {value Account.balance}: nothing was "
        + "lost.",
    ],
    variants: [
      "guard=first": [
        "re-entrancy.called":
          "Main is in Withdraw(30). It wrote the new balance, 70, before it called anybody. Now "
          + "desk runs Record; main WAITS for the answer, in the middle of its method."
      ]
    ],
    questions: [
      "re-entrancy.when": .init(
        "When will Deposit run?",
        choices: [1: "now", 2: "after Withdraw", 3: "never"],
        answers: [
          1: "Now, on main, in the middle of Withdraw.",
          2: "After Withdraw.",
          3: "Never.",
        ]),
      "re-entrancy.who-answers": .init(
        "Main waits, and desk calls Balance. Who runs it?", choices: [3: "nobody"],
        answers: [
          1: "Main, inside its wait: it takes calls there.",
          2: "Desk.",
          3: "Nobody: they wait for each other.",
        ]),
    ],
    knobs: [
      "guard": .init(
        "The account",
        ["none": "has no care", "flag": "refuses while busy", "first": "changes, then calls"]),
      "stranger": .init("The stranger", ["comes": "comes", "away": "stays away"]),
    ],
    ending:
      "An STA that waits takes other calls: the deposit ran in the middle of the withdrawal, on "
      + "one thread, and was lost. What you read before a call may not be so after it.",
    endings: [
      "guard=flag":
        "The account noticed that it was called in the middle, and said no. Nothing was lost, but "
        + "web has to come again.",
      "guard=first":
        "The account was done with its own data before it called out. Then it does not matter who "
        + "comes in between.",
      "stranger=away":
        "Nobody came in between, so nothing was put to the test. Main was open to strangers all "
        + "the same, for as long as it waited.",
    ])
}
