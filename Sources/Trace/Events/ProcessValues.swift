/// What the service control manager (SCM) is asked.
public enum ScmRequest: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// A server of a class, for a client that wants an object.
  case activate
  /// To take a class object into the class table.
  case register
  /// To open a process's suspended class objects, all of them in one call.
  case resume
  /// To give no more clients to a process's class objects, all of them in one call.
  case suspend
  /// To take a class object out of the class table.
  case revoke
  /// How an apartment of another process is reached: the OXID resolver's part.
  case resolve
  /// To wait no longer for a server to register.
  case giveUp
}

/// How a class object stands in the SCM's class table.
public enum ScmEntryState: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// It serves activations.
  case open
  /// It stands there and serves nobody.
  case suspended
  /// It was revoked, used up, or its process is gone.
  case removed
}

/// `CoAddRefServerProcess` and `CoReleaseServerProcess`.
public enum ServerCountChange: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case added, released
}
