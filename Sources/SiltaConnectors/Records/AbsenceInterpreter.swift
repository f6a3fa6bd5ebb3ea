internal import SiltaCore
internal import SiltaFormats

struct AbsenceInterpreter: RecordInterpreter {
    typealias Records = AbsenceTable

    static let kind = RecordKind.absence

    let key: KeyColumns?
    private let file: UInt16
    private let pupil: Column
    private let date: Column
    private let start: Column
    private let minutes: Column
    /// What the class is made of.
    private let code: Column
    /// The register's own word, where that is told beside the class.
    private let ownCode: Column
    private let classes: [String: MarkClass]
    /// The manifest says what codes mean.
    private let hasMeanings: Bool
    /// Where the code is empty.
    private let otherwise: MarkClass?

    init(_ columns: BoundColumns) throws(ReadFailure) {
        key = try columns.key()
        file = columns.file
        pupil = try columns.column("pupil")
        date = try columns.column("date")
        start = try columns.column("start")
        minutes = try columns.column("minutes")
        code = try columns.column("class", isMapped: false)
        ownCode = try columns.column("code")
        otherwise = columns.otherwise("class").flatMap(MarkClass.init(rawValue:))
        hasMeanings = columns.hasValues("class")
        classes = columns.values(of: "class").compactMapValues(MarkClass.init(rawValue:))
    }

    func record(of row: CSVRow, key: String) throws(RowProblem) -> AbsenceRecord {
        let pupil = RegisterKey(try pupil.neededText(of: row))
        let written = try code.text(of: row)
        let code = try code.needed(written ?? otherwise?.rawValue)
        guard let markClass = written == nil ? otherwise : classes[code] else {
            guard hasMeanings else {
                throw RowProblem(
                    "column \"\(self.code.title)\" holds no class\(AbsenceInterpreter.shown(code)); values or values-from of the manifest "
                        + "says what the register's codes mean")
            }
            throw RowProblem(
                "column \"\(self.code.title)\" holds a code\(AbsenceInterpreter.shown(code)) that the configuration gives no class")
        }
        var mark = Mark(key: MarkKey(key), date: LocalDate(dayNumber: 0), start: nil, minutes: 0, markClass: markClass, code: code)
        // What is no attendance at all is not looked at any further: whatever else stands there, the mark counts as gone.
        if markClass != .ignore {
            mark.date = try date.neededDate(of: row)
            mark.start = try start.time(of: row)
            mark.code = try ownCode.text(of: row) ?? code
            mark.minutes = Int32(try minutes.neededInteger(of: row, in: 0...1440))
        }
        return AbsenceRecord(pupil: pupil, mark: mark, line: Int32(clamping: row.line), file: file)
    }

    static func place(of record: AbsenceRecord) -> RecordPlace { record.place }

    static func isSame(_ one: AbsenceRecord, _ other: AbsenceRecord) -> Bool {
        guard one.pupil == other.pupil else { return false }
        return one.mark == other.mark || (one.mark.markClass == .ignore && other.mark.markClass == .ignore)
    }

    /// Only what looks like a code: whatever else stands in the column may be an identity code or free text.
    private static func shown(_ code: String) -> String {
        let isPlain = code.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || "0123456789/.-_ +#".unicodeScalars.contains($0) }
        return (1...4).contains(code.count) && code.utf8.count <= 8 && isPlain ? " \"\(code)\"" : ""
    }
}

extension AbsenceRecord: KeyedRecord {
    var keyText: String { mark.key.rawValue }
}

extension AbsenceTable: RecordStore {
    /// Keys of registers are numbers mostly; a longer one makes the table grow.
    private static let usualKey = 8

    mutating func replace(at index: Int, with record: AbsenceRecord) { self[index] = record }

    mutating func reserve(_ count: Int) { reserveCapacity(count, averageKey: AbsenceTable.usualKey) }
}
