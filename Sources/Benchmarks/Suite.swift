import CKernel

/// All rows, measured in rounds that take turns, so that what slows the machine down slows all.
public enum Suite {
  public static func quick() {
    for _ in 0..<(CommandLine.argc > 2 ? 1 : 5) {
      let futex = Double(ck_ping_pong(5000, 0, 0)) / 5000
      let sta = CallBenchmark(caller: .apartmentThreaded, server: .apartmentThreaded, cores: (0, 0)).measure(5000)
      let mta = CallBenchmark(caller: .multithreaded, server: .apartmentThreaded, cores: (0, 0)).measure(5000)
      let pool = CallBenchmark(caller: .apartmentThreaded, server: .multithreaded, cores: (0, 0)).measure(5000)
      if CommandLine.argc > 2 { continue }
      print(futex, sta, mta, pool, sta / futex)
    }
  }
}
