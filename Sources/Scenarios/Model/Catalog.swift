/// All scenarios, in teaching order within each document.
public enum Catalog {
  public static let all: [Scenario] = [
    Straight.scenario, Fetched.scenario, RightWay.scenario, QueryAgain.scenario, NoTicket.scenario,
    ForgetDetach.scenario, SecondSTA.scenario, NoPump.scenario, Managed.scenario,
    ClientMatrix.scenario, NoRoad.scenario, Price.scenario, BothModels.scenario,
  ]

  public static func scenario(_ id: String) -> Scenario? { all.first { $0.id == id } }
}
