/// Bytes of messages before and after compression.
package struct DeflateTotals: Sendable, Hashable {
    /// As they are read.
    package private(set) var plainBytes = 0
    /// As they cross the network, without the headers of frames.
    package private(set) var deflatedBytes = 0

    package init() {}

    mutating func add(plain: Int, deflated: Int) {
        plainBytes &+= plain
        deflatedBytes &+= deflated
    }
}
