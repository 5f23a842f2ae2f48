import Gateway
import Synchronization

/// Where the HTTP routes find the gateway, which is made after them.
final class Node: Sendable {
    private let made = Mutex<Gateway?>(nil)

    var gateway: Gateway? {
        get { made.withLock { $0 } }
        set { made.withLock { $0 = newValue } }
    }
}
