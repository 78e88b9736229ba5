/// All scenarios, in teaching order within each document.
public enum Catalog {
  public static let all: [Scenario] = service + inProcessServers + localServers

  private static let service: [Scenario] = [
    Straight.scenario, Fetched.scenario, RightWay.scenario, QueryAgain.scenario, NoTicket.scenario,
    ForgetDetach.scenario, SecondSTA.scenario, NoPump.scenario, Managed.scenario,
  ]

  private static let inProcessServers: [Scenario] = [
    WhoDecides.scenario,
    SameRoom.scenario,
    MainForAll.scenario,
    HostSTA.scenario,
    HostMTA.scenario,
    ClientMatrix.scenario,
    NoRoad.scenario,
    Price.scenario,
    ReEntrancy.scenario,
    FactoryRace.scenario,
    Unload.scenario,
    BothModels.scenario,
    FreeThreaded.scenario,
    FreeThreadedProxy.scenario,
    Busy.scenario,
  ]

  private static let localServers: [Scenario] = [
    NormalLife.scenario,
    QueueProtects.scenario,
    TwoThreads.scenario,
    Cumbersome.scenario,
    AtZero.scenario,
    HalfThePlaces.scenario,
    DeadFactory.scenario,
    OpenTooEarly.scenario,
    ReadyThenOpen.scenario,
    KillServer.scenario,
    KillClient.scenario,
  ]

  public static func scenario(_ id: String) -> Scenario? { all.first { $0.id == id } }
}
