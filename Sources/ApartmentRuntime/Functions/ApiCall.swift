import ThreadKernel
import Trace

/// Runs a function of COM's and tells that the thread is in it, with its place in the source.
func api<Result: ~Copyable>(
  _ name: StaticString, _ file: StaticString, _ line: UInt32,
  _ body: (ComThread) throws(HResult) -> Result
) throws(HResult) -> Result {
  let thread = ComThread.current
  return try Kernel.at(SourceSite(file, line)) { () throws(HResult) -> Result in
    let kernel = thread.kernel
    kernel.tell(.entered(kernel.name(ofLiteral: name)))
    do throws(HResult) {
      let result = try body(thread)
      kernel.tell(.left(.S_OK))
      return result
    } catch {
      kernel.tell(.left(error))
      throw error
    }
  }
}

/// Runs a function of the program's and tells that the thread is in it: what a lesson wants on the
/// plan beside COM's own.
public func showing<Result: ~Copyable>(
  _ name: String, file: StaticString = #fileID, line: UInt32 = #line,
  _ body: () throws(HResult) -> Result
) throws(HResult) -> Result {
  let thread = ComThread.current
  return try Kernel.at(SourceSite(file, line)) { () throws(HResult) -> Result in
    let kernel = thread.kernel
    kernel.tell(.entered(kernel.name(name)))
    do throws(HResult) {
      let result = try body()
      kernel.tell(.left(.S_OK))
      return result
    } catch {
      kernel.tell(.left(error))
      throw error
    }
  }
}

/// Tells that a function of the program's refuses, and answers the code to throw: whose word an
/// HRESULT is.
public func refuses(
  _ code: HResult, in function: String, file: StaticString = #fileID, line: UInt32 = #line
) -> HResult {
  let kernel = ComThread.current.kernel
  Kernel.at(SourceSite(file, line)) {
    kernel.tell(.refused(by: .named(kernel.name(function)), code))
  }
  return code
}
