internal import SiltaCore
internal import SiltaFormats

struct EnrolmentInterpreter: RecordInterpreter {
    typealias Records = RecordList<EnrolmentRecord>

    static let kind = RecordKind.enrolment

    let key: KeyColumns?
    private let file: UInt16
    private let pupil: Column
    private let oppijanumero: Column
    private let hetu: Column
    private let familyName: Column
    private let givenNames: Column
    private let called: Column
    private let schoolName: Column
    private let schoolOID: Column
    private let schoolCode: Column
    private let group: Column
    private let grade: Column
    private let homeMunicipality: Column
    private let from: Column
    private let through: Column
    private let nonDisclosure: (from: Column, through: Column)
    private let guardianNonDisclosure: (from: Column, through: Column)

    init(_ columns: BoundColumns) throws(ReadFailure) {
        key = try columns.key()
        file = columns.file
        pupil = try columns.column("pupil")
        oppijanumero = try columns.column("oppijanumero")
        hetu = try columns.column("hetu")
        familyName = try columns.column("family-name")
        givenNames = try columns.column("given-names")
        called = try columns.column("called")
        schoolName = try columns.column("school-name")
        schoolOID = try columns.column("school-oid")
        schoolCode = try columns.column("school-code")
        group = try columns.column("group")
        grade = try columns.column("grade")
        homeMunicipality = try columns.column("home-municipality")
        from = try columns.column("from")
        through = try columns.column("through")
        nonDisclosure = (try columns.column("non-disclosure-from"), try columns.column("non-disclosure-through"))
        guardianNonDisclosure = (
            try columns.column("guardian-non-disclosure-from"), try columns.column("guardian-non-disclosure-through")
        )
    }

    func record(of row: CSVRow, key: String) throws(RowProblem) -> EnrolmentRecord {
        let pupil = RegisterKey(try pupil.neededText(of: row))
        let school = School(
            oid: try schoolOID.text(of: row), code: try schoolCode.text(of: row), name: try schoolName.neededText(of: row))
        let enrolment = Enrolment(
            key: EnrolmentKey(key),
            oppijanumero: try checked(
                oppijanumero, of: row, LearnerNumber.isValid,
                right: "a learner number, 1.2.246.562.24. and 11 digits, the last a check digit"),
            hetu: try checked(
                hetu, of: row, PersonalIdentityCode.isValid,
                right: "a personal identity code with a date that exists and the right check character"),
            familyName: try familyName.neededText(of: row), givenNames: try givenNames.neededText(of: row),
            called: try called.text(of: row), school: school, group: try group.text(of: row),
            grade: try grade.neededInteger(of: row, in: 0...10),
            homeMunicipality: try checked(
                homeMunicipality, of: row, EnrolmentInterpreter.isMunicipality, right: "a municipality code of three digits, such as 186"),
            span: try Column.span(from, through, of: row),
            nonDisclosure: try Column.protection(nonDisclosure.from, nonDisclosure.through, of: row),
            guardianNonDisclosure: try Column.protection(guardianNonDisclosure.from, guardianNonDisclosure.through, of: row))
        return EnrolmentRecord(pupil: pupil, enrolment: enrolment, line: Int32(clamping: row.line), file: file)
    }

    static func place(of record: EnrolmentRecord) -> RecordPlace { record.place }

    static func isSame(_ one: EnrolmentRecord, _ other: EnrolmentRecord) -> Bool {
        one.pupil == other.pupil && one.enrolment == other.enrolment
    }

    private func checked(
        _ column: Column, of row: CSVRow, _ isValid: (String) -> Bool, right: String
    ) throws(RowProblem) -> String? {
        guard let text = try column.text(of: row) else { return nil }
        guard isValid(text) else { throw RowProblem("column \"\(column.title)\" must be \(right)") }
        return text
    }

    private static func isMunicipality(_ text: String) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy { DecimalDigits.digit($0) != nil }
    }
}

extension EnrolmentRecord: KeyedRecord {
    var keyText: String { enrolment.key.rawValue }
}
