/// What one thing costs on this machine, over the rounds of one run.
public struct Row: Hashable, Sendable {
  /// `sta-to-sta-call`.
  public let id: String
  /// What the figures are in: `ns`.
  public let unit: String
  public let min: Double
  public let median: Double
  public let max: Double
  /// The row that it is measured against.
  public let ratioTo: String?
  /// The median of the rounds' ratios to that row.
  public let ratio: Double?

  init(_ id: String, _ samples: [Double], against base: (id: String, samples: [Double])? = nil) {
    self.id = id
    unit = "ns"
    let sorted = samples.sorted()
    min = sorted.first ?? 0
    median = Self.median(sorted)
    max = sorted.last ?? 0
    ratioTo = base?.id
    ratio = base.map { base in
      // Round by round: what slows a round down slows both.
      Self.median(zip(samples, base.samples).map { $0 / $1 }.sorted())
    }
  }

  private static func median(_ sorted: [Double]) -> Double {
    sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }
}
