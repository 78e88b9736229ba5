extension ScmRequest: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .activate: "activate"
    case .register: "register"
    case .resume: "resume"
    case .suspend: "suspend"
    case .revoke: "revoke"
    case .resolve: "resolve"
    case .giveUp: "giveUp"
    }
  }
}

extension ScmEntryState: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .open: "open"
    case .suspended: "suspended"
    case .removed: "removed"
    }
  }
}

extension ServerCountChange: Worded {
  static let byWord = table()
  var word: String {
    switch self {
    case .added: "added"
    case .released: "released"
    }
  }
}
