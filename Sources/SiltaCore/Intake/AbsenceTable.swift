/// The marks of a reading. A year of a town's schools has millions: a row is 32 bytes here, with the bytes of its key beside it;
/// register keys, classes and codes are kept once.
public struct AbsenceTable: Sendable {
    struct Row: Sendable {
        var keyStart: UInt32
        var keyCount: UInt32
        /// An index into ``pupils``.
        var pupil: UInt32
        /// An index into ``meanings``.
        var meaning: UInt32
        var date: Int32
        var minutes: Int32
        var line: Int32
        /// The minute of the day; negative where there is none.
        var start: Int16
        /// Of the files of marks, counted from 0.
        var file: UInt16
    }

    struct Meaning: Hashable, Sendable {
        var markClass: MarkClass
        var code: String

        /// By bytes, as keys are.
        static func == (one: Meaning, other: Meaning) -> Bool {
            one.markClass == other.markClass && one.code.hasBytes(of: other.code)
        }
    }

    private(set) var rows: [Row] = []
    private var keyBytes: [UInt8] = []
    /// Every register key that a row has, in order of appearance.
    private(set) var pupils: [RegisterKey] = []
    private var pupilIndices: [RegisterKey: UInt32] = [:]
    private(set) var meanings: [Meaning] = []
    private var meaningIndices: [Meaning: UInt32] = [:]

    public init() {}

    /// - Parameter averageKey: how long a key is, in bytes, as far as is known.
    public mutating func reserveCapacity(_ count: Int, averageKey: Int) {
        rows.reserveCapacity(count)
        keyBytes.reserveCapacity(count * averageKey)
    }

    /// Whether the key of a row has exactly these bytes.
    public func isKey(_ key: String, at index: Int) -> Bool {
        let row = rows[index]
        guard key.utf8.count == Int(row.keyCount) else { return false }
        var key = key
        return key.withUTF8 { key in
            keyBytes.withUnsafeBufferPointer { bytes in
                let own = UnsafeBufferPointer(rebasing: bytes[Int(row.keyStart)..<Int(row.keyStart + row.keyCount)])
                return WordwiseBytes.firstDifference(key, own) == key.count
            }
        }
    }

    /// Removes the rows at these indices.
    public mutating func remove(at indices: Set<Int>) {
        var index = -1
        rows.removeAll { _ in
            index += 1
            return indices.contains(index)
        }
    }

    func mark(of row: Row) -> Mark {
        let meaning = meanings[Int(row.meaning)]
        let key = keyBytes.withUnsafeBufferPointer { bytes in
            String(decoding: UnsafeBufferPointer(rebasing: bytes[Int(row.keyStart)..<Int(row.keyStart + row.keyCount)]), as: UTF8.self)
        }
        return Mark(
            key: MarkKey(key), date: LocalDate(dayNumber: row.date), start: LocalTime(minuteOfDay: Int(row.start)), minutes: row.minutes,
            markClass: meaning.markClass, code: meaning.code)
    }

    private mutating func row(of record: AbsenceRecord) -> Row {
        let mark = record.mark
        var key = mark.key.rawValue
        let start = UInt32(keyBytes.count)
        key.withUTF8 { keyBytes.append(contentsOf: $0) }
        return Row(
            keyStart: start, keyCount: UInt32(keyBytes.count) - start, pupil: index(of: record.pupil),
            meaning: index(of: Meaning(markClass: mark.markClass, code: mark.code)), date: mark.date.dayNumber, minutes: mark.minutes,
            line: record.line, start: mark.start?.minuteOfDay ?? -1, file: record.file)
    }

    private mutating func index(of pupil: RegisterKey) -> UInt32 {
        if let index = pupilIndices[pupil] { return index }
        pupilIndices[pupil] = UInt32(pupils.count)
        pupils.append(pupil)
        return UInt32(pupils.count - 1)
    }

    private mutating func index(of meaning: Meaning) -> UInt32 {
        if let index = meaningIndices[meaning] { return index }
        meaningIndices[meaning] = UInt32(meanings.count)
        meanings.append(meaning)
        return UInt32(meanings.count - 1)
    }
}

extension AbsenceTable: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
    public typealias Index = Int

    public var startIndex: Int { 0 }
    public var endIndex: Int { rows.count }

    public subscript(index: Int) -> AbsenceRecord {
        get {
            let row = rows[index]
            return AbsenceRecord(pupil: pupils[Int(row.pupil)], mark: mark(of: row), line: row.line, file: row.file)
        }
        set { rows[index] = row(of: newValue) }
    }

    public mutating func append(_ record: AbsenceRecord) {
        rows.append(row(of: record))
    }

    public mutating func replaceSubrange(_ range: Range<Int>, with records: some Collection<AbsenceRecord>) {
        let new = records.map { row(of: $0) }
        rows.replaceSubrange(range, with: new)
    }

    public mutating func swapAt(_ one: Int, _ other: Int) { rows.swapAt(one, other) }
}

extension AbsenceTable.Meaning {
    func hash(into hasher: inout Hasher) {
        hasher.combine(markClass)
        var code = code
        code.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
