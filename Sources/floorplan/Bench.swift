import ArgumentParser
import Benchmarks

struct Bench: ParsableCommand {
  mutating func run() { Suite.quick() }
}
