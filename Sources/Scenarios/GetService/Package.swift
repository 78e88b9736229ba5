// swift-format-ignore-file: AlwaysUseLowerCamelCase

import ApartmentRuntime
import ThreadKernel
import Trace

/// The package of document 000: it gets the shell's service provider on the main thread, and hands
/// services out on a background thread.
final class Package: Sendable {
  /// Carries the provider from the main thread to the background thread.
  let m_pSPStream: ComField<IStream>
  /// The provider as the background thread has it, once it was unmarshalled.
  let m_pBackgroundSP: ComField<IServiceProvider>
  private let name: String
  private let forgetsDetach: Bool

  init(_ name: String = "Package", in stage: Stage, forgetsDetach: Bool = false) {
    m_pSPStream = ComField("\(name).m_pSPStream", in: stage.kernel)
    m_pBackgroundSP = ComField("\(name).m_pBackgroundSP", in: stage.kernel)
    self.name = name
    self.forgetsDetach = forgetsDetach
  }

  func setSite(_ pSP: borrowing ComPtr<IServiceProvider>) throws(HResult) {
    // On the main thread: an address of the provider goes into a stream.
    m_pSPStream.set(
      try coMarshalInterThreadInterfaceInStream(
        IServiceProvider.self, pSP, as: "\(name).m_pSPStream"))
  }

  func queryServiceFromBackgroundThread() throws(HResult) -> ComPtr<IShellService> {
    if m_pBackgroundSP.isEmpty {
      guard !m_pSPStream.isEmpty else { throw refuses(.E_UNEXPECTED, in: name) }
      try unmarshalProvider()
    }
    return try m_pBackgroundSP.pointer().queryService(
      IShellService.service, IShellService.self)
  }

  private func unmarshalProvider() throws(HResult) {
    // COM releases the stream, whatever comes of it: the field must not do it again.
    defer { if !forgetsDetach { m_pSPStream.detach() } }
    m_pBackgroundSP.set(
      try coGetInterfaceAndReleaseStream(m_pSPStream, IServiceProvider.self))
  }

  /// What the destructor does: the fields give back what they hold.
  func close() {
    m_pBackgroundSP.clear()
    m_pSPStream.clear()
  }
}
