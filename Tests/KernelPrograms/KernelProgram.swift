import Glibc
import ThreadKernel
import Trace

/// What processes of the kernel's tests do, wherever they live.
public enum KernelProgram: String, CaseIterable, Sendable {
  /// Sends back what it gets, until it gets nothing.
  case echo
  /// Once it gets something it sends what goes along with other mail: to nobody, and to somebody.
  case encloses
  /// Does everything that a thread can ask of a kernel.
  case everything
  /// Ends by itself, with no word to the kernel.
  case exits
  /// Says what no thread would.
  case babbles
  /// Says too much.
  case babblesLong
  /// Has nothing more to do with its parent, and goes on.
  case hangsUp
  /// Tells as fast as it can.
  case chatters
  /// Asks as fast as it can, and never waits.
  case floods
  /// Asks for what has another process started.
  case asks

  public func run(in kernel: Kernel, as process: ProcessID) {
    switch self {
    case .echo: echo(in: kernel)
    case .encloses: enclose(in: kernel)
    case .everything: doEverything(in: kernel, as: process)
    case .exits: exit(7)
    case .asks: _ = kernel.ask([1])
    case .babbles: babble(count: 100)
    case .babblesLong: babble(count: 100_000)
    case .hangsUp:
      close(3)
      sleep(100)
    case .chatters:
      let name = kernel.name("noise")
      while !kernel.isAbandoned { kernel.tell(.cellWritten(name, 1)) }
    case .floods:
      while !kernel.isAbandoned { kernel.unpark(ThreadID(process: 1, number: 1)) }
    }
  }

  private func babble(count: Int) {
    let noise = [UInt8](repeating: 0x5A, count: count)
    // The socket of a child.
    send(3, noise, noise.count, 0)
    sleep(100)
  }

  private func echo(in kernel: Kernel) {
    while !kernel.isAbandoned {
      while let piece = kernel.takeMail() {
        guard !piece.bytes.isEmpty else { return }
        kernel.point(.callServed)
        _ = kernel.mail(piece.bytes, to: piece.from)
      }
      _ = kernel.park(.messageLoop)
    }
  }

  private func enclose(in kernel: Kernel) {
    let first = ThreadID(process: 1, number: 1)
    while kernel.takeMail() == nil, !kernel.isAbandoned { _ = kernel.park(.messageLoop) }
    _ = kernel.mail(
      [1], to: ThreadID(process: 1, number: 9), with: [Enclosure([2], to: first)],
      telling: .refused(by: .com, .E_FAIL))
    _ = kernel.mail(
      [3], to: first, with: [Enclosure([4], to: first), Enclosure([5], to: first)],
      telling: .refused(by: .com, .E_UNEXPECTED))
    _ = kernel.mail([6], to: first)
  }

  private func doEverything(in kernel: Kernel, as process: ProcessID) {
    let cell = SharedCell("cell", in: kernel)
    let lock = VisibleLock(in: kernel)
    let signal = Signal(in: kernel)
    kernel.watch(ProcessID(1), notice: [1])
    kernel.spawn("second", in: process) {
      lock.lock()
      cell.write(cell.read() + 1)
      lock.unlock()
      kernel.mark("second is done")
      signal.set()
    }
    lock.lock()
    cell.write(cell.read() + 1)
    lock.unlock()
    signal.wait()
    kernel.sleep(1_000)
    let third = kernel.spawn("third", in: process, origin: .com) {
      cell.add(kernel.ask([1, 2, 3]) == [3, 2, 1] ? 10 : 1000)
      _ = kernel.park(.time(kernel.time + 50), deadline: kernel.time + 50)
    }
    if let third { kernel.join(third) }
    kernel.tell(.refused(by: .com, .E_FAIL))
    _ = kernel.blob(Array(0..<200))
    if kernel.nextAction(among: ["go"]) == "go" { cell.add(100) }
    _ = kernel.mail([UInt8(truncatingIfNeeded: cell.read())], to: ThreadID(process: 1, number: 1))
    kernel.closeMail()
  }
}
