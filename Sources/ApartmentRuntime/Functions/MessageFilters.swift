import ThreadKernel
import Trace

/// `CoRegisterMessageFilter`: the calling thread's STA gets a filter, or none.
///
/// - Returns: the filter that it had, with its reference.
/// - Throws: `CO_E_NOT_SUPPORTED` outside an STA; the filter is given back then.
@discardableResult
public func coRegisterMessageFilter(
  _ filter: consuming ComPtr<IMessageFilter>?, file: StaticString = #fileID,
  line: UInt32 = #line
) throws(HResult) -> ComPtr<IMessageFilter>? {
  var hold: FilterHold?
  if let filter { hold = FilterHold(filter) }
  let new = hold
  do throws(HResult) {
    let old = try api("CoRegisterMessageFilter", file, line) { thread throws(HResult) in
      guard let apartment = thread.entered, apartment.kind == .singleThreaded else {
        throw .CO_E_NOT_SUPPORTED
      }
      return thread.setFilter(new, of: apartment)
    }
    guard let old else { return nil }
    return old.handBack()
  } catch {
    new?.release()
    throw error
  }
}
