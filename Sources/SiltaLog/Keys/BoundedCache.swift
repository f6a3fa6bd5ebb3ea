/// The values that were put last, at most so many of them.
struct BoundedCache<Key: Hashable, Value> {
    private let limit: Int
    private var values: [Key: Value] = [:]
    /// The keys in the order they came, as a ring.
    private var order: [Key] = []
    private var oldest = 0

    init(limit: Int) { self.limit = limit }

    subscript(_ key: Key) -> Value? { values[key] }

    mutating func put(_ value: Value, for key: Key) {
        guard limit > 0, values.updateValue(value, forKey: key) == nil else { return }
        if order.count < limit {
            order.append(key)
        } else {
            values[order[oldest]] = nil
            order[oldest] = key
            oldest = (oldest + 1) % limit
        }
    }

    /// Its place is taken by the next that comes to it.
    mutating func remove(_ key: Key) { values[key] = nil }

    mutating func removeAll() {
        values = [:]
        order = []
        oldest = 0
    }
}
