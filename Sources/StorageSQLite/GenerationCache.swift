/// A bounded cache that forgets what was not used lately.
///
/// Two generations: what is used moves to the young one; when that is full it becomes the old one, and the old one goes.
/// Forgetting happens only in ``trim()``, so what a transaction has loaded stays until its end.
struct GenerationCache<Key: Hashable, Value> {
    /// Entries of one generation.
    let capacity: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// - Parameter capacity: entries of one generation; the cache holds up to twice as many.
    init(capacity: Int) {
        self.capacity = capacity
    }

    subscript(key: Key) -> Value? {
        mutating get {
            if let value = young[key] { return value }
            guard let value = old.removeValue(forKey: key) else { return nil }
            young[key] = value
            return value
        }
        set {
            if newValue == nil { old[key] = nil }
            young[key] = newValue
        }
    }

    mutating func trim() {
        guard young.count >= capacity else { return }
        old = young
        young = [:]
    }

    mutating func removeAll() {
        old = [:]
        young = [:]
    }
}
