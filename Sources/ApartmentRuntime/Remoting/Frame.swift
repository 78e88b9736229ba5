import Trace

/// What goes by mail from a thread of one process to a thread of another: a head of 12 bytes, then
/// what the kind says. The packet of a call lies in it as it travels within a process.
///
/// The kernel says from whom mail is; a frame says nothing of its sender.
enum Frame: Hashable, Sendable {
  /// A call to an apartment of the receiver's.
  case request(RequestFrame)
  /// The response to a call.
  case reply(CallID, Crossing)
  /// The apartment's message filter does not let the call in. What the request held is the caller's
  /// again; so it is where the call failed.
  case refused(CallID, ServerCall)
  /// The call was not served, and will not be.
  case failed(CallID, HResult)
  /// The caller wants the call to end; `isGivenUp`: and waits for it no longer.
  case cancelled(CallID, isGivenUp: Bool)
  /// Public references of the receiver's stubs changed hands between others.
  case moved(MovedReferences)
  /// The sender has opened a packet of the receiver's that came to it by another way than a call.
  case opened(OpenedPacket)
  /// A thread that gets mail for an apartment is to learn of it when that process is gone.
  case watch(ProcessID)
  /// The process is gone. What it held can be taken back, if `isDue`; else when it has missed its
  /// pings.
  case gone(ProcessID, isDue: Bool)

  /// How many bytes come before what the kind says.
  static let headSize = 12
}

/// The head of a request between processes, before the packet.
struct RequestFrame: Hashable, Sendable {
  var identity: CallIdentity
  var target: ApartmentID
  /// The number of the message that the request is in the target's queue; none for the MTA.
  var message: MessageID
  /// The thread that made the call.
  var caller: ThreadID
  /// The thread that gets the answer.
  var replyTo: ThreadID
  var callerPumps: Bool
  var isAsynchronous: Bool
  /// Whether it goes to a component, not to COM itself.
  var isToComponent: Bool
  var packet: Crossing

  /// How many bytes the frame has.
  var size: Int { Frame.headSize + 28 + packet.size }
}

/// Bytes that cross from process to process, with what is known of the packets among them.
struct Crossing: Hashable, Sendable {
  var bytes: [UInt8]
  /// In the order in which they lie among the bytes.
  var packets: [CrossingPacket]

  init(_ bytes: [UInt8], packets: [CrossingPacket] = []) {
    self.bytes = bytes
    self.packets = packets
  }

  /// How many bytes of a frame it takes.
  var size: Int { packets.reduce(8 + bytes.count) { $0 + 12 + $1.name.utf8.count } }

  var parcel: Parcel {
    Parcel(
      bytes, packets: Dictionary(uniqueKeysWithValues: packets.map { ($0.offset, $0.id) }))
  }
}

/// One packet among bytes that cross. The bytes say how to reach the object; this is so that the
/// packet keeps its number, and its proxy gets the object's name.
struct CrossingPacket: Hashable, Sendable {
  var offset: Int
  var id: PacketID
  var kind: MarshalKind
  var name: String
}

/// Public references that one process has handed on to another.
struct MovedReferences: Hashable, Sendable {
  var ipid: GUID
  var count: UInt32
  var from: ProcessID
  var to: ProcessID
}

/// A packet that was opened, as its bytes have it, and the proxy that it became.
struct OpenedPacket: Hashable, Sendable {
  var standard: StandardReference
  var proxy: ObjectID
}
