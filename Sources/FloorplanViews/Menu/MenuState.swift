import TerminalUI

/// The scenarios to choose from.
public struct MenuState: Hashable, Sendable {
  /// One scenario.
  public struct Item: Hashable, Sendable {
    /// What starts it: a digit or a letter.
    public var key: String
    public var title: String
    /// The question that the lesson answers.
    public var question: String
    public var facts: [String]
    public var isSeen: Bool

    public init(
      key: String, title: String, question: String, facts: [String] = [], isSeen: Bool = false
    ) {
      self.key = key
      self.title = title
      self.question = question
      self.facts = facts
      self.isSeen = isSeen
    }
  }

  /// The scenarios of a document, in teaching order.
  public struct Group: Hashable, Sendable {
    public var title: String
    public var items: [Item]

    public init(title: String, items: [Item]) {
      self.title = title
      self.items = items
    }
  }

  public var groups: [Group]
  /// Counted through all groups, from 0.
  public var selected: Int
  public var keys: [KeyItem]
  public var message: String
  /// A line being typed: `/` or `:`.
  public var input: InputLine?
  public var overlay: MenuOverlay?

  public init(
    groups: [Group], selected: Int = 0, keys: [KeyItem] = [], message: String = "",
    input: InputLine? = nil, overlay: MenuOverlay? = nil
  ) {
    self.groups = groups
    self.selected = selected
    self.keys = keys
    self.message = message
    self.input = input
    self.overlay = overlay
  }

  var items: [Item] { groups.flatMap(\.items) }
}

/// What lies over the menu.
public enum MenuOverlay: Hashable, Sendable {
  case help([HelpGroup], top: Int)
}
