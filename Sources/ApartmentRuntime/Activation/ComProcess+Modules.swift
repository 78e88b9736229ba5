import ThreadKernel
import Trace

extension ComProcess {
  /// Tells that COM says no, and answers the code to throw.
  func refused(_ code: HResult) -> HResult {
    kernel.tell(.refused(by: .com, code))
    return code
  }

  // MARK: Loading

  /// Runs `body` with the class's module, which is loaded where it is not, and cannot go meanwhile.
  ///
  /// - Throws: `CO_E_DLLNOTFOUND` where there is no such file, `CO_E_ERRORINDLL` where it does not
  ///   export `DllGetClassObject`.
  func withModule(
    of entry: ClassEntry, _ body: (LoadedModule) throws(HResult) -> OwnedPointer
  ) throws(HResult) -> OwnedPointer {
    let module = try enterModule(of: entry)
    let id = module.module.id
    defer { tables.withLock { $0.modules.leave(id) } }
    return try body(module)
  }

  private func enterModule(of entry: ClassEntry) throws(HResult) -> LoadedModule {
    if let known = enterLoaded(entry) { return known }
    guard let key = entry.moduleKey, let file = registry.file(key) else {
      throw refused(.CO_E_DLLNOTFOUND)
    }
    guard file.exports.contains(.getClassObject) else { throw refused(.CO_E_ERRORINDLL) }
    let kernel = kernel
    let loader = tables.withLock { $0.modules.loader(in: kernel) }
    loader.lock()
    defer { loader.unlock() }
    if let known = enterLoaded(entry) { return known }
    let module = Module(file, in: kernel)
    kernel.tell(.moduleLoaded(module.id, name: kernel.name(module.name)))
    let loaded = LoadedModule(
      module: module, fileKey: key, server: file.load(module))
    // In one step: nobody may find it unused before it was used.
    let entered = tables.withLock { tables in
      tables.modules.insert(loaded)
      return tables.modules.enter(key, for: entry.threadingModel)
    }
    guard let entered else { throw .E_UNEXPECTED }
    return entered
  }

  private func enterLoaded(_ entry: ClassEntry) -> LoadedModule? {
    guard let key = entry.moduleKey else { return nil }
    return tables.withLock { $0.modules.enter(key, for: entry.threadingModel) }
  }

  // MARK: Unloading

  /// Asks every module whether it is used, and unloads those that are not: in the main apartment,
  /// on its thread (I7).
  ///
  /// - Parameter delay: how long an unused module stays, in milliseconds; INFINITE: as long as its
  ///   models need.
  func freeUnused(delay: UInt32) {
    let delay = delay == .max ? nil : UInt64(delay) * 1_000_000
    for module in tables.withLock({ $0.modules.loaded }) {
      guard let asked = ask(module) else { continue }
      let now = kernel.time
      kernel.reserveRoom()
      tables.withLock { tables in
        let verdict = tables.modules.decide(
          on: asked.module, isUnused: asked.answer == .S_OK, delay: delay, now: now)
        switch verdict {
        case .stays: break
        case .candidate(let due): kernel.tell(.moduleCandidate(module.module.id, due: due))
        case .goes: unload(module.module)
        }
      }
    }
  }

  /// `DllCanUnloadNow`; nil where the module does not export it, or has gone.
  private func ask(_ module: LoadedModule) -> (module: LoadedModule, answer: HResult)? {
    let id = module.module.id
    guard module.module.exports.contains(.canUnloadNow),
      let entered = tables.withLock({ $0.modules.enterToAsk(id) })
    else { return nil }
    kernel.tell(.entered(kernel.name(module.module.name + "!DllCanUnloadNow")))
    let answer = entered.server.dllCanUnloadNow()
    kernel.tell(.left(answer))
    return (entered, answer)
  }

  private func unload(_ module: Module) {
    module.isUnloaded()
    kernel.tell(.moduleUnloaded(module.id))
  }

  /// The end of COM in the process: the modules that are left are asked once more, and go whatever
  /// they say.
  func unloadEverything() {
    for module in tables.withLock({ $0.modules.loaded }) {
      let id = module.module.id
      if ask(module) != nil { tables.withLock { $0.modules.leave(id) } }
      kernel.reserveRoom()
      tables.withLock { tables in
        // Somebody may have begun anew.
        guard tables.programUsers == 0, tables.modules.remove(id) else { return }
        unload(module.module)
      }
    }
  }
}

extension LoadedModule {
  /// `DllGetClassObject`, on the calling thread. It is called for each activation: class objects
  /// are the module's business.
  func getClassObject(_ clsid: GUID, _ iid: GUID, in kernel: Kernel) throws(HResult) -> OwnedPointer
  {
    kernel.tell(.entered(kernel.name(module.name + "!DllGetClassObject")))
    do throws(HResult) {
      let pointer = try server.dllGetClassObject(clsid, iid)
      kernel.tell(.left(.S_OK))
      return pointer
    } catch {
      kernel.tell(.refused(by: .named(kernel.name(module.name)), error))
      kernel.tell(.left(error))
      throw error
    }
  }
}
