import Chat

/// Readers: each connection knows its places, so that leaving a large conversation searches nothing.
extension LoopReaders {
    func enter(_ slot: Int, _ number: UInt64, _ isJoined: Bool) {
        guard let connection = connection(number) else { return }
        while readers.count <= slot { readers.append([]) }
        connection.places[slot] = readers[slot].count
        let transport = connection.transport
        readers[slot].append(
            Reader(
                carrier: transport.carrier,
                form: transport.form,
                connection: connection,
                traits: ReaderTraits(joined: isJoined)
            )
        )
    }

    /// A connection is carried by something else than before.
    func carrierChanged(_ connection: ChatEndpoint) {
        for (slot, place) in connection.places { readers[slot][place].carrier = connection.transport.carrier }
    }

    func update(_ slot: Int, _ number: UInt64, _ isJoined: Bool) {
        guard let place = connection(number)?.places[slot] else { return }
        readers[slot][place].traits.update(joined: isJoined)
    }

    func receives(_ slot: Int, _ number: UInt64, _ wish: MediaWish) {
        guard let place = connection(number)?.places[slot] else { return }
        readers[slot][place].traits.update(wish)
    }

    func leave(_ slot: Int, _ number: UInt64) {
        guard let place = connection(number)?.places.removeValue(forKey: slot) else { return }
        let last = readers[slot].count - 1
        readers[slot].swapAt(place, last)
        readers[slot].removeLast()
        if place < last { readers[slot][place].connection.places[slot] = place }
    }

    func retire(_ slot: Int) {
        guard slot < readers.count else { return }
        for reader in readers[slot] { reader.connection.places[slot] = nil }
        readers[slot] = []
    }
}
