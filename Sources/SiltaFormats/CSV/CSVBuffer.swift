/// Bytes in memory of their own that only grow, so that a row can point into them while it is looked at.
struct CSVBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit {
        base.deallocate()
    }

    /// Valid until the buffer is changed or gone.
    func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        precondition(range.upperBound <= count, "only bytes that were put into the buffer are read")
        return UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        reserve(count + bytes.count)
        UnsafeMutableRawBufferPointer(start: base + count, count: bytes.count).copyMemory(from: bytes)
        count += bytes.count
    }

    mutating func append(_ byte: UInt8) {
        reserve(count + 1)
        base[count] = byte
        count += 1
    }

    mutating func removeAll() { count = 0 }

    mutating func removeFirst(_ gone: Int) {
        precondition(gone <= count, "only bytes that were put into the buffer are removed")
        guard gone > 0 else { return }
        base.update(from: base + gone, count: count - gone)
        count -= gone
    }

    private mutating func reserve(_ needed: Int) {
        guard needed > capacity else { return }
        capacity = max(needed, capacity * 2)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        grown.update(from: base, count: count)
        base.deallocate()
        base = grown
    }
}
