internal import SiltaCore
internal import SiltaFormats

struct AbsenceInterpreter: RecordInterpreter {
    static let kind = RecordKind.absence

    let key: KeyColumns?
    private let pupil: Column
    private let date: Column
    private let start: Column
    private let minutes: Column
    private let code: Column
    private let classes: [String: MarkClass]

    init(_ columns: BoundColumns) throws(ReadFailure) {
        key = try columns.key()
        pupil = try columns.column("pupil")
        date = try columns.column("date")
        start = try columns.column("start")
        minutes = try columns.column("minutes")
        code = try columns.column("class", isMapped: false)
        classes = columns.values(of: "class").compactMapValues(MarkClass.init(rawValue:))
    }

    func record(of row: CSVRow, key: String) throws(RowProblem) -> AbsenceRecord {
        let pupil = RegisterKey(try pupil.neededText(of: row))
        let code = try code.neededText(of: row)
        guard let markClass = classes[code] else {
            throw RowProblem(
                "column \"\(self.code.title)\" holds a code\(AbsenceInterpreter.shown(code)) that the configuration gives no class")
        }
        var mark = Mark(key: MarkKey(key), date: LocalDate(dayNumber: 0), start: nil, minutes: 0, markClass: markClass, code: code)
        // What is no attendance at all is not looked at any further: whatever else stands there, the mark counts as gone.
        if markClass != .ignore {
            mark.date = try date.neededDate(of: row)
            mark.start = try start.time(of: row)
            mark.minutes = Int32(try minutes.neededInteger(of: row, in: 0...1440))
        }
        return AbsenceRecord(pupil: pupil, mark: mark, line: Int32(clamping: row.line))
    }

    static func key(of record: AbsenceRecord) -> String { record.mark.key.rawValue }

    static func line(of record: AbsenceRecord) -> Int32 { record.line }

    static func isSame(_ one: AbsenceRecord, _ other: AbsenceRecord) -> Bool {
        guard one.pupil == other.pupil else { return false }
        return one.mark == other.mark || (one.mark.markClass == .ignore && other.mark.markClass == .ignore)
    }

    /// The code in quotation marks where it is short and plain enough to be one; longer texts may be anything.
    private static func shown(_ code: String) -> String {
        let isPlain = code.unicodeScalars.allSatisfy { scalar in
            let isLatin = (0x21...0x7E).contains(scalar.value) || (0xC0...0x17F).contains(scalar.value)
            return isLatin && scalar != "\""
        }
        return code.unicodeScalars.count <= 16 && isPlain ? " \"\(code)\"" : ""
    }
}
