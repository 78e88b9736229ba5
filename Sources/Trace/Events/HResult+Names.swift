// swift-format-ignore-file
// The constants keep the names that COM gives them.

extension HResult {
  /// Success.
  public static let S_OK = HResult(0x0000_0000)
  /// Success, second meaning: already initialised on this thread; DLL must stay loaded; some of several IIDs found; no TreatAs.
  public static let S_FALSE = HResult(0x0000_0001)
  /// Moniker registered before (success code).
  public static let MK_S_MONIKERALREADYREGISTERED = HResult(0x0004_01E7)
  /// CoCreateInstanceEx found only some of the IIDs.
  public static let CO_S_NOTALLINTERFACES = HResult(0x0008_0012)
  /// Machine name not found in a mapping (success code).
  public static let CO_S_MACHINENAMENOTFOUND = HResult(0x0008_0013)
  /// Call chain would re-enter a blocked ASTA.
  public static let RO_E_BLOCKED_CROSS_ASTA_CALL = HResult(0x8000_001F)
  /// Method not implemented.
  public static let E_NOTIMPL = HResult(0x8000_4001)
  /// IID not supported by the object, or no proxy/stub for it, or ICallFactory/cancel object absent.
  public static let E_NOINTERFACE = HResult(0x8000_4002)
  /// NULL out pointer (QueryInterface, CoCreateInstance, CoGetContextToken).
  public static let E_POINTER = HResult(0x8000_4003)
  /// Operation aborted.
  public static let E_ABORT = HResult(0x8000_4004)
  /// Unspecified failure.
  public static let E_FAIL = HResult(0x8000_4005)
  /// Process settings must be made once, single-threaded.
  public static let CO_E_INIT_ONLY_SINGLE_THREADED = HResult(0x8000_4012)
  /// Operation cannot be remoted.
  public static let CO_E_CANT_REMOTE = HResult(0x8000_4013)
  /// Bad machine name.
  public static let CO_E_BAD_SERVER_NAME = HResult(0x8000_4014)
  /// ROTFLAGS_ALLOWANYCLIENT without a configured identity.
  public static let CO_E_WRONG_SERVER_IDENTITY = HResult(0x8000_4015)
  /// Process creation failed.
  public static let CO_E_CREATEPROCESS_FAILURE = HResult(0x8000_4018)
  /// Launch permission refused (the spelling is Microsoft's).
  public static let CO_E_LAUNCH_PERMSSION_DENIED = HResult(0x8000_401B)
  /// Service start timed out.
  public static let CO_E_SERVER_START_TIMEOUT = HResult(0x8000_401E)
  /// Message filter outside an STA; agile reference to an INoMarshal object.
  public static let CO_E_NOT_SUPPORTED = HResult(0x8000_4021)
  /// DLL must be reloaded.
  public static let CO_E_RELOAD_DLL = HResult(0x8000_4022)
  /// Class disabled.
  public static let CO_E_CLASS_DISABLED = HResult(0x8000_4027)
  /// Server initialisation timed out.
  public static let CO_E_SERVER_INIT_TIMEOUT = HResult(0x8000_402A)
  /// Unexpected state.
  public static let E_UNEXPECTED = HResult(0x8000_FFFF)
  /// Callee's message filter rejected and the caller did not retry.
  public static let RPC_E_CALL_REJECTED = HResult(0x8001_0001)
  /// Call cancelled (CoCancelCall, PENDINGMSG_CANCELCALL).
  public static let RPC_E_CALL_CANCELED = HResult(0x8001_0002)
  /// 16-bit era.
  public static let RPC_E_CANTPOST_INSENDCALL = HResult(0x8001_0003)
  /// Calling out inside an asynchronous call.
  public static let RPC_E_CANTCALLOUT_INASYNCCALL = HResult(0x8001_0004)
  /// 16-bit era.
  public static let RPC_E_CANTCALLOUT_INEXTERNALCALL = HResult(0x8001_0005)
  /// Connection ended.
  public static let RPC_E_CONNECTION_TERMINATED = HResult(0x8001_0006)
  /// Server died, legacy transport.
  public static let RPC_E_SERVER_DIED = HResult(0x8001_0007)
  /// Client died, legacy transport.
  public static let RPC_E_CLIENT_DIED = HResult(0x8001_0008)
  /// Bad packet.
  public static let RPC_E_INVALID_DATAPACKET = HResult(0x8001_0009)
  /// Call not transmittable.
  public static let RPC_E_CANTTRANSMIT_CALL = HResult(0x8001_000A)
  /// Client marshalling failed.
  public static let RPC_E_CLIENT_CANTMARSHAL_DATA = HResult(0x8001_000B)
  /// Client unmarshalling failed.
  public static let RPC_E_CLIENT_CANTUNMARSHAL_DATA = HResult(0x8001_000C)
  /// Server marshalling failed.
  public static let RPC_E_SERVER_CANTMARSHAL_DATA = HResult(0x8001_000D)
  /// Server unmarshalling failed.
  public static let RPC_E_SERVER_CANTUNMARSHAL_DATA = HResult(0x8001_000E)
  /// Bad data.
  public static let RPC_E_INVALID_DATA = HResult(0x8001_000F)
  /// Bad parameter.
  public static let RPC_E_INVALID_PARAMETER = HResult(0x8001_0010)
  /// Nested calling out not allowed.
  public static let RPC_E_CANTCALLOUT_AGAIN = HResult(0x8001_0011)
  /// Server died, call did not execute.
  public static let RPC_E_SERVER_DIED_DNE = HResult(0x8001_0012)
  /// System call failed.
  public static let RPC_E_SYS_CALL_FAILED = HResult(0x8001_0100)
  /// No resources for the call.
  public static let RPC_E_OUT_OF_RESOURCES = HResult(0x8001_0101)
  /// Legacy wrong-thread code.
  public static let RPC_E_ATTEMPTED_MULTITHREAD = HResult(0x8001_0102)
  /// Interface not registered.
  public static let RPC_E_NOT_REGISTERED = HResult(0x8001_0103)
  /// RPC fault.
  public static let RPC_E_FAULT = HResult(0x8001_0104)
  /// Method threw an exception in the server.
  public static let RPC_E_SERVERFAULT = HResult(0x8001_0105)
  /// Thread already in another apartment model.
  public static let RPC_E_CHANGED_MODE = HResult(0x8001_0106)
  /// Method number unknown.
  public static let RPC_E_INVALIDMETHOD = HResult(0x8001_0107)
  /// Stub no longer there: object disconnected from its clients.
  public static let RPC_E_DISCONNECTED = HResult(0x8001_0108)
  /// Retry.
  public static let RPC_E_RETRY = HResult(0x8001_0109)
  /// Callee's filter says busy, caller did not retry.
  public static let RPC_E_SERVERCALL_RETRYLATER = HResult(0x8001_010A)
  /// Callee's filter refused.
  public static let RPC_E_SERVERCALL_REJECTED = HResult(0x8001_010B)
  /// Bad call data.
  public static let RPC_E_INVALID_CALLDATA = HResult(0x8001_010C)
  /// Outgoing call while dispatching a sent (input-synchronous) message.
  public static let RPC_E_CANTCALLOUT_ININPUTSYNCCALL = HResult(0x8001_010D)
  /// Apartment-bound proxy or class registration used from another apartment.
  public static let RPC_E_WRONG_THREAD = HResult(0x8001_010E)
  /// Thread not initialised, legacy.
  public static let RPC_E_THREAD_NOT_INIT = HResult(0x8001_010F)
  /// COM versions incompatible.
  public static let RPC_E_VERSION_MISMATCH = HResult(0x8001_0110)
  /// ORPC header malformed.
  public static let RPC_E_INVALID_HEADER = HResult(0x8001_0111)
  /// ORPC extension malformed.
  public static let RPC_E_INVALID_EXTENSION = HResult(0x8001_0112)
  /// IPID unknown.
  public static let RPC_E_INVALID_IPID = HResult(0x8001_0113)
  /// RemQueryInterface on a bad IPID.
  public static let RPC_E_INVALID_OBJECT = HResult(0x8001_0114)
  /// Name used on the asynchronous-call pages for the value of RPC_S_CALLPENDING.
  public static let RPC_E_CALL_PENDING = HResult(0x8001_0115)
  /// Wait timed out / call still running / no cancel requested.
  public static let RPC_S_CALLPENDING = HResult(0x8001_0115)
  /// Wait on a timer.
  public static let RPC_S_WAITONTIMER = HResult(0x8001_0116)
  /// No call in progress (CoGetCallContext outside a call, Finish_ without Begin_).
  public static let RPC_E_CALL_COMPLETE = HResult(0x8001_0117)
  /// Security too low.
  public static let RPC_E_UNSECURE_CALL = HResult(0x8001_0118)
  /// Security settings fixed already.
  public static let RPC_E_TOO_LATE = HResult(0x8001_0119)
  /// No usable security package.
  public static let RPC_E_NO_GOOD_SECURITY_PACKAGES = HResult(0x8001_011A)
  /// Access refused.
  public static let RPC_E_ACCESS_DENIED = HResult(0x8001_011B)
  /// Remote DCOM disabled.
  public static let RPC_E_REMOTE_DISABLED = HResult(0x8001_011C)
  /// OBJREF malformed.
  public static let RPC_E_INVALID_OBJREF = HResult(0x8001_011D)
  /// No call context.
  public static let RPC_E_NO_CONTEXT = HResult(0x8001_011E)
  /// Operation timed out (CoDisconnectContext).
  public static let RPC_E_TIMEOUT = HResult(0x8001_011F)
  /// Nothing to wait for (CoWaitForMultipleHandles with count 0).
  public static let RPC_E_NO_SYNC = HResult(0x8001_0120)
  /// No matching SID.
  public static let CO_E_NOMATCHINGSIDFOUND = HResult(0x8001_012F)
  /// File creation failed.
  public static let CO_E_FAILEDTOCREATEFILE = HResult(0x8001_0137)
  /// Call cancellation not enabled on the thread.
  public static let CO_E_CANCEL_DISABLED = HResult(0x8001_0140)
  /// Internal error.
  public static let RPC_E_UNEXPECTED = HResult(0x8001_FFFF)
  /// Exception reported through IDispatch.
  public static let DISP_E_EXCEPTION = HResult(0x8002_0009)
  /// Function not valid.
  public static let STG_E_INVALIDFUNCTION = HResult(0x8003_0001)
  /// Bad pointer given to storage.
  public static let STG_E_INVALIDPOINTER = HResult(0x8003_0009)
  /// Stream ended before the OBJREF did.
  public static let STG_E_READFAULT = HResult(0x8003_001E)
  /// No space on medium.
  public static let STG_E_MEDIUMFULL = HResult(0x8003_0070)
  /// Class cannot be aggregated, or aggregation asked across apartments/processes.
  public static let CLASS_E_NOAGGREGATION = HResult(0x8004_0110)
  /// DLL does not implement the CLSID.
  public static let CLASS_E_CLASSNOTAVAILABLE = HResult(0x8004_0111)
  /// Licence refused.
  public static let CLASS_E_NOTLICENSED = HResult(0x8004_0112)
  /// Registry read failed.
  public static let REGDB_E_READREGDB = HResult(0x8004_0150)
  /// Registry write failed (TreatAs itself).
  public static let REGDB_E_WRITEREGDB = HResult(0x8004_0151)
  /// Registry key missing.
  public static let REGDB_E_KEYMISSING = HResult(0x8004_0152)
  /// Registry value invalid.
  public static let REGDB_E_INVALIDVALUE = HResult(0x8004_0153)
  /// Class not registered, suspended, or registered in-process in another apartment.
  public static let REGDB_E_CLASSNOTREG = HResult(0x8004_0154)
  /// No proxy/stub class for the IID.
  public static let REGDB_E_IIDNOTREG = HResult(0x8004_0155)
  /// ThreadingModel value not valid.
  public static let REGDB_E_BADTHREADINGMODEL = HResult(0x8004_0156)
  /// Object not in the running object table.
  public static let MK_E_UNAVAILABLE = HResult(0x8004_01E3)
  /// File of a moniker not opened.
  public static let MK_E_CANTOPENFILE = HResult(0x8004_01EA)
  /// Thread has no apartment and there is no MTA to join implicitly.
  public static let CO_E_NOTINITIALIZED = HResult(0x8004_01F0)
  /// Legacy double initialisation code.
  public static let CO_E_ALREADYINITIALIZED = HResult(0x8004_01F1)
  /// Malformed CLSID text / unknown ProgID.
  public static let CO_E_CLASSSTRING = HResult(0x8004_01F3)
  /// Malformed IID text of the right length.
  public static let CO_E_IIDSTRING = HResult(0x8004_01F4)
  /// EXE of the local server not found.
  public static let CO_E_APPNOTFOUND = HResult(0x8004_01F5)
  /// Single-use application already in use.
  public static let CO_E_APPSINGLEUSE = HResult(0x8004_01F6)
  /// EXE server faulty.
  public static let CO_E_ERRORINAPP = HResult(0x8004_01F7)
  /// DLL of the in-process server not found.
  public static let CO_E_DLLNOTFOUND = HResult(0x8004_01F8)
  /// DLL of the in-process server not loadable.
  public static let CO_E_ERRORINDLL = HResult(0x8004_01F9)
  /// Table-marshalled object gone (weak packet), unknown IPID in RemAddRef, no ROT/spy registration.
  public static let CO_E_OBJNOTREG = HResult(0x8004_01FB)
  /// Already registered.
  public static let CO_E_OBJISREG = HResult(0x8004_01FC)
  /// Normal packet already consumed, or proxy whose client apartment ended, or disconnected object.
  public static let CO_E_OBJNOTCONNECTED = HResult(0x8004_01FD)
  /// EXE started but did not register its class.
  public static let CO_E_APPDIDNTREG = HResult(0x8004_01FE)
  /// Object used after release.
  public static let CO_E_RELEASED = HResult(0x8004_01FF)
  /// No context.
  public static let CONTEXT_E_NOCONTEXT = HResult(0x8004_E004)
  /// CoDisconnectContext from inside its own pending call.
  public static let CONTEXT_E_WOULD_DEADLOCK = HResult(0x8004_E005)
  /// Threading model differs from the catalog.
  public static let CO_E_THREADINGMODEL_CHANGED = HResult(0x8004_E028)
  /// Launch or access permission refused.
  public static let E_ACCESSDENIED = HResult(0x8007_0005)
  /// Allocation failed.
  public static let E_OUTOFMEMORY = HResult(0x8007_000E)
  /// Bad argument: NULL stream/object for marshalling, bad GIT cookie, bad agile option, NULL arguments of CoGetApartmentType.
  public static let E_INVALIDARG = HResult(0x8007_0057)
  /// Server process gone before the call (Win32 1722).
  public static let RPC_S_SERVER_UNAVAILABLE = HResult(0x8007_06BA)
  /// Server lost during the call; may have executed (Win32 1726).
  public static let RPC_S_CALL_FAILED = HResult(0x8007_06BE)
  /// Server lost; call did not execute (Win32 1727).
  public static let RPC_S_CALL_FAILED_DNE = HResult(0x8007_06BF)
  /// Object resolver: unknown OXID (Win32 1910).
  public static let OR_INVALID_OXID = HResult(0x8007_0776)
  /// Object resolver: unknown OID (Win32 1911).
  public static let OR_INVALID_OID = HResult(0x8007_0777)
  /// Object resolver: unknown ping set (Win32 1912).
  public static let OR_INVALID_SET = HResult(0x8007_0778)
  /// Class could not be created.
  public static let CO_E_CLASS_CREATE_FAILED = HResult(0x8008_0001)
  /// Local server did not start or did not register within the time limit.
  public static let CO_E_SERVER_EXEC_FAILURE = HResult(0x8008_0005)
  /// Class object suspended because the server process count reached zero.
  public static let CO_E_SERVER_STOPPING = HResult(0x8008_0008)
}
