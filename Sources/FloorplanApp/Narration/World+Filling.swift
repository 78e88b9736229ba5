import Trace

/// Figures in texts come from the World, so that they are always right.
extension World {
  /// The text with `{…}` replaced: `{refs ServiceProvider}` and `{refs stream}` by a count,
  /// `{bytes}` by the size of the last packet, `{packets}` and `{calls}` by how many there were,
  /// `{value total}` by the value of a cell or (`Counter.value`) of an object, `{number worker}` by a
  /// thread's number, `{count server 1}` by the count that keeps that server, `{opens server 1}` by
  /// how many calls that server has made to the SCM so that it has its classes, `{refuser}` by whoever
  /// refused last, `{next}` by what the lesson said last that comes next (a mark `next: …`).
  func filling(_ text: String) -> String {
    guard text.contains("{") else { return text }
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      result += rest[..<open]
      let words = rest[rest.index(after: open)..<close].split(separator: " ", maxSplits: 1)
      result += value(of: words.map(String.init))
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  private func value(of words: [String]) -> String {
    let argument = words.count > 1 ? words[1] : ""
    switch words.first {
    case "refs":
      let object =
        argument == "stream"
        ? objectsInOrder.last { $0.role == .stream } : objects(named: argument).first
      return object.map { String($0.count) } ?? "?"
    case "bytes":
      return packetsInOrder.last.flatMap { blobs[$0.bytes] }.map { "\($0.count)" } ?? "?"
    case "packets": return String(packets.count)
    case "calls": return String(calls.count)
    case "value":
      return (cellsInOrder.first { self[$0.name] == argument }?.value ?? shown(argument))
        .map { String($0) } ?? "?"
    case "count":
      let process = processesInOrder.first { self[$0.name] == argument }
      return process.map { String($0.serverCount) } ?? "?"
    case "opens": return String(openingCalls(of: argument))
    case "refuser": return refusals.last.map { label(refuser: $0.refuser) } ?? "?"
    case "next":
      let mark = marks.map { self[$0.name] }.last { $0.hasPrefix("next: ") }
      return mark.map { String($0.dropFirst(6)) } ?? "?"
    case "number": return thread(named: argument).map { "\($0.id.number)" } ?? "?"
    default: return "?"
    }
  }

  private func openingCalls(of server: String) -> Int {
    requests.values.count { request in
      [.register, .resume].contains(request.kind)
        && processes[request.client.processID].map { self[$0.name] } == server
    }
  }

  /// What the first object of a class shows: `Counter.value`.
  private func shown(_ text: String) -> Int64? {
    let words = text.split(separator: ".").map(String.init)
    guard words.count == 2, let object = objects(named: words[0]).first else { return nil }
    return value(words[1], of: object.id)
  }
}
