/// Which namespaces a connection is in or asks to be in.
///
/// Nearly every client is in `/` alone, which takes no memory of its own.
struct Namespaces: Hashable {
    enum State {
        /// Not in it.
        case away
        /// Its CONNECT is not answered yet.
        case asked
        case joined
    }

    private var root = State.away
    private var others: [Entry] = []

    private struct Entry: Hashable {
        let name: String
        var state: State

        /// Names are equal by their bytes, R78.
        func isNamed(_ other: String) -> Bool { name.utf8.elementsEqual(other.utf8) }
    }

    /// How many there are that it is in or asks for.
    var count: Int { others.count &+ (root == .away ? 0 : 1) }

    /// Whether it is in any.
    var hasJoined: Bool { root == .joined || others.contains { $0.state == .joined } }

    /// Whether an answer to a CONNECT is due.
    var hasAsked: Bool { root == .asked || others.contains { $0.state == .asked } }

    subscript(name: String) -> State {
        get {
            if name == "/" { return root }
            return others.first { $0.isNamed(name) }?.state ?? .away
        }
        set {
            if name == "/" {
                root = newValue
            } else {
                others.removeAll { $0.isNamed(name) }
                if newValue != .away { others.append(Entry(name: name, state: newValue)) }
            }
        }
    }
}
