/// All scenarios, in teaching order within each document.
public enum Catalog {
  public static let all: [Scenario] = [
    RightWay.scenario
  ]

  public static func scenario(_ id: String) -> Scenario? { all.first { $0.id == id } }
}
