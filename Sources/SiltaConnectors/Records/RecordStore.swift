internal import SiltaCore

/// The records of a file, in the order in which they were taken.
protocol RecordStore {
    associatedtype Element: KeyedRecord

    init()

    var count: Int { get }
    subscript(index: Int) -> Element { get }

    /// By bytes: two keys that only look the same are two.
    func isKey(_ key: String, at index: Int) -> Bool

    mutating func append(_ record: Element)
    mutating func replace(at index: Int, with record: Element)
    mutating func remove(at indices: Set<Int>)
    mutating func reserve(_ count: Int)
}

protocol KeyedRecord {
    /// Empty for records without a key.
    var keyText: String { get }
}

/// Records as they are.
struct RecordList<Element: KeyedRecord>: RecordStore {
    private(set) var records: [Element] = []

    var count: Int { records.count }

    subscript(index: Int) -> Element { records[index] }

    func isKey(_ key: String, at index: Int) -> Bool { key.utf8.elementsEqual(records[index].keyText.utf8) }

    mutating func append(_ record: Element) { records.append(record) }

    mutating func replace(at index: Int, with record: Element) { records[index] = record }

    mutating func remove(at indices: Set<Int>) {
        var index = -1
        records.removeAll { _ in
            index += 1
            return indices.contains(index)
        }
    }

    mutating func reserve(_ count: Int) { records.reserveCapacity(count) }
}
