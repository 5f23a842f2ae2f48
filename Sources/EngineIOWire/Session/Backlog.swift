/// First in, first out; holds no memory while empty.
struct Backlog<Element: Sendable>: Sendable {
    private var elements: ContiguousArray<Element?> = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }
    var count: Int { elements.count - head }
    /// Elements there is memory for.
    var capacity: Int { elements.capacity }

    /// The element so many places behind the first; nil beyond the last.
    subscript(place: Int) -> Element? { place < count ? elements[head + place] : nil }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if isEmpty {
            self = Backlog()
        } else if head >= 64, head > count {
            // Each element is moved once for each that was taken at most.
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}
