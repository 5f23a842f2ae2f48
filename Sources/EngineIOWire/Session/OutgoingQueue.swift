import NIOCore

/// What a session that polls has to say until the next GET.
struct OutgoingQueue: Sendable {
    private struct Entry {
        let packet: EngineIOMachine.Outgoing
        /// Whether it belongs to the one before: the two leave together.
        let follows: Bool
    }

    private var entries = Backlog<Entry>()
    private(set) var bytes = 0

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }
    /// Packets there is memory for.
    var capacity: Int { entries.capacity }

    mutating func append(_ packet: EngineIOMachine.Outgoing, follows: Bool = false) {
        entries.append(Entry(packet: packet, follows: follows))
        bytes += packet.length
    }

    mutating func popFirst() -> EngineIOMachine.Outgoing? {
        guard let entry = entries.popFirst() else { return nil }
        bytes -= entry.packet.length
        return entry.packet
    }

    /// Takes what fits in one reply; only what is longer than a reply by itself is taken apart.
    mutating func takeReply(of limit: Int) -> [EngineIOMachine.Outgoing] {
        var reply: [EngineIOMachine.Outgoing] = []
        while let group = nextGroup(upTo: limit), reply.count + group <= limit {
            for _ in 0..<group {
                if let packet = popFirst() { reply.append(packet) }
            }
        }
        return reply
    }

    /// How many packets leave together next, but no more than the limit; nil when there are none.
    private func nextGroup(upTo limit: Int) -> Int? {
        guard !isEmpty else { return nil }
        var count = 1
        while count < limit, entries[count]?.follows == true { count += 1 }
        return count
    }
}
