import Glibc
import KernelPrograms
import ThreadKernel

// A child process of a test's run.
guard let child = ChildProcess(),
  let program = KernelProgram(rawValue: String(decoding: child.start, as: UTF8.self))
else { exit(1) }
child.run { program.run(in: child.kernel, as: child.process) }
