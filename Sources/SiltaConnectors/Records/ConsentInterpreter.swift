internal import SiltaCore
internal import SiltaFormats

struct ConsentInterpreter: RecordInterpreter {
    typealias Records = RecordList<ConsentRecord>

    static let kind = RecordKind.consent

    let key: KeyColumns?
    private let file: UInt16
    private let pupil: Column
    private let giver: Column
    private let purpose: Column
    private let recipient: Column
    private let scope: Column
    private let given: Column
    private let from: Column
    private let through: Column
    private let withdrawn: Column

    init(_ columns: BoundColumns) throws(ReadFailure) {
        key = try columns.key()
        file = columns.file
        pupil = try columns.column("pupil")
        giver = try columns.column("giver")
        purpose = try columns.column("purpose")
        recipient = try columns.column("recipient")
        scope = try columns.column("scope")
        given = try columns.column("given")
        from = try columns.column("from")
        through = try columns.column("through")
        withdrawn = try columns.column("withdrawn")
    }

    func record(of row: CSVRow, key: String) throws(RowProblem) -> ConsentRecord {
        let pupil = RegisterKey(try pupil.neededText(of: row))
        guard let giver = Consent.Giver(rawValue: try giver.neededText(of: row)) else {
            let words = Consent.Giver.allCases.map(\.rawValue).joined(separator: ", ")
            throw RowProblem("column \"\(self.giver.title)\" must be one of \(words)")
        }
        let consent = Consent(
            key: ConsentKey(key), giver: giver, purpose: Purpose(try purpose.neededText(of: row)),
            recipient: RecipientID(try recipient.neededText(of: row)), scope: ScopeID(try scope.neededText(of: row)),
            given: try given.neededDate(of: row), span: try Column.span(from, through, of: row), withdrawn: try withdrawn.date(of: row))
        return ConsentRecord(pupil: pupil, consent: consent, line: Int32(clamping: row.line), file: file)
    }

    static func place(of record: ConsentRecord) -> RecordPlace { record.place }

    static func isSame(_ one: ConsentRecord, _ other: ConsentRecord) -> Bool {
        one.pupil == other.pupil && one.consent == other.consent
    }
}

extension ConsentRecord: KeyedRecord {
    var keyText: String { consent.key.rawValue }
}
