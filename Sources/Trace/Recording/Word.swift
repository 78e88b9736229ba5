/// A short word of the recording format (a key, a kind, a choice among few) as three machine words:
/// compared and hashed without a string being made. Longer words than 24 bytes are none of ours.
struct Word: Hashable, Sendable {
  private var first: UInt64 = 0
  private var second: UInt64 = 0
  private var third: UInt64 = 0

  /// The word of the bytes in a range; nil where they are too many, or none.
  init?(_ bytes: [UInt8], _ range: Range<Int>) {
    guard !range.isEmpty && range.count <= 24 else { return nil }
    for index in range {
      switch (index - range.lowerBound) >> 3 {
      case 0: first = first << 8 | UInt64(bytes[index])
      case 1: second = second << 8 | UInt64(bytes[index])
      default: third = third << 8 | UInt64(bytes[index])
      }
    }
  }

  /// The word of a text of this program's own, which is short.
  init(_ text: String) {
    guard let word = Word(Array(text.utf8), 0..<text.utf8.count) else {
      preconditionFailure("\(text) is no short word")
    }
    self = word
  }
}

/// A small choice that a recording writes as a word.
protocol Worded: CaseIterable, Hashable, Sendable {
  /// As it is written.
  var word: String { get }
  /// What a word means: `table()`, kept.
  static var byWord: [Word: Self] { get }
}

extension Worded {
  static func table() -> [Word: Self] {
    Dictionary(uniqueKeysWithValues: allCases.map { (Word($0.word), $0) })
  }
}

extension Point: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .threadStarts: "threadStarts"
    case .threadEnds: "threadEnds"
    case .lock: "lock"
    case .wait: "wait"
    case .wake: "wake"
    case .messagePosted: "messagePosted"
    case .messageTaken: "messageTaken"
    case .callSent: "callSent"
    case .callServed: "callServed"
    case .callReturned: "callReturned"
    case .countChanged: "countChanged"
    case .cellRead: "cellRead"
    case .cellWritten: "cellWritten"
    case .scmRequest: "scmRequest"
    case .sleep: "sleep"
    case .action: "action"
    case .marked: "marked"
    }
  }
}

extension RunMode: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .free: "free"
    case .scheduled: "scheduled"
    }
  }
}

extension ThreadOrigin: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .program: "program"
    case .com: "com"
    }
  }
}

extension ApartmentKind: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .singleThreaded: "STA"
    case .multithreaded: "MTA"
    case .neutral: "NA"
    }
  }
}

extension Membership: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .explicit: "explicit"
    case .implicit: "implicit"
    }
  }
}

extension ObjectRole: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .component: "component"
    case .proxy: "proxy"
    case .stream: "stream"
    }
  }
}

extension MarshalKind: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .normal: "normal"
    case .tableStrong: "tableStrong"
    case .tableWeak: "tableWeak"
    }
  }
}

extension CallPath: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .direct: "direct"
    case .stub: "stub"
    }
  }
}

extension MessageKind: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .call: "call"
    case .quit: "quit"
    case .posted: "posted"
    case .sent: "sent"
    }
  }
}

extension Misuse: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .addRef: "addRef"
    case .release: "release"
    case .call: "call"
    case .query: "query"
    }
  }
}

extension ClassUse: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .singleUse: "single"
    case .multipleUse: "multiple"
    case .multiSeparate: "separate"
    }
  }
}

extension ServerCall: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .isHandled: "handled"
    case .rejected: "rejected"
    case .retryLater: "retryLater"
    }
  }
}
