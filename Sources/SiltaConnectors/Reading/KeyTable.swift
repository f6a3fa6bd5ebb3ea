/// Which keys were seen, in 8 bytes a slot: for each the place of its first row, found by the key's hash and told apart by whoever
/// holds the keys. Open addressing, at most two thirds full.
struct KeyTable {
    private struct Slot {
        var hash: UInt32
        /// Negative where the slot is free.
        var place: Int32
    }

    private var slots = [Slot](repeating: Slot(hash: 0, place: -1), count: 1024)
    private var count = 0

    /// The place that has the key already, or nil after the key was given this place.
    ///
    /// - Parameters:
    ///   - place: Not negative.
    ///   - isAt: Whether the key is that of a place that was given before.
    mutating func insert(_ key: String, at place: Int32, isAt: (Int32) -> Bool) -> Int32? {
        if count * 3 >= slots.count * 2 { grow() }
        let hash = UInt32(truncatingIfNeeded: key.hashValue)
        var index = Int(hash) & (slots.count - 1)
        while slots[index].place >= 0 {
            if slots[index].hash == hash, isAt(slots[index].place) { return slots[index].place }
            index = (index + 1) & (slots.count - 1)
        }
        slots[index] = Slot(hash: hash, place: place)
        count += 1
        return nil
    }

    /// The place that was given to a key, or nil where none was.
    func place(of key: String, isAt: (Int32) -> Bool) -> Int32? {
        let hash = UInt32(truncatingIfNeeded: key.hashValue)
        var index = Int(hash) & (slots.count - 1)
        while slots[index].place >= 0 {
            if slots[index].hash == hash, isAt(slots[index].place) { return slots[index].place }
            index = (index + 1) & (slots.count - 1)
        }
        return nil
    }

    private mutating func grow() {
        var grown = [Slot](repeating: Slot(hash: 0, place: -1), count: slots.count * 2)
        for slot in slots where slot.place >= 0 {
            var index = Int(slot.hash) & (grown.count - 1)
            while grown[index].place >= 0 { index = (index + 1) & (grown.count - 1) }
            grown[index] = slot
        }
        slots = grown
    }
}
