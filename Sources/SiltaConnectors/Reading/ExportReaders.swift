internal import SiltaCore
internal import SiltaFormats

/// What reads an export, kind by kind.
struct ExportReaders {
    private var enrolments: StreamReader<EnrolmentInterpreter>?
    private var absences: StreamReader<AbsenceInterpreter>?
    private var offered: StreamReader<OfferedInterpreter>?
    private var consents: StreamReader<ConsentInterpreter>?
    private var coverage: StreamReader<CoverageInterpreter>?

    /// Reads nothing yet.
    init(_ export: OpenExport, _ tables: [LookupTable], configuration: SourceSettings) {
        enrolments = export.reader(EnrolmentInterpreter.self, tables, configuration: configuration)
        absences = export.reader(AbsenceInterpreter.self, tables, configuration: configuration)
        offered = export.reader(OfferedInterpreter.self, tables, configuration: configuration)
        consents = export.reader(ConsentInterpreter.self, tables, configuration: configuration)
        coverage = export.reader(CoverageInterpreter.self, tables, configuration: configuration)
    }

    var rowCount: Int {
        (enrolments?.rowCount ?? 0) + (absences?.rowCount ?? 0) + (offered?.rowCount ?? 0) + (consents?.rowCount ?? 0)
            + (coverage?.rowCount ?? 0)
    }

    var rejectedCount: Int {
        (enrolments?.rejectedCount ?? 0) + (absences?.rejectedCount ?? 0) + (offered?.rejectedCount ?? 0)
            + (consents?.rejectedCount ?? 0) + (coverage?.rejectedCount ?? 0)
    }

    var firstRejection: (file: String, line: Int32, reason: String)? {
        enrolments?.firstRejection ?? absences?.firstRejection ?? offered?.firstRejection ?? consents?.firstRejection
            ?? coverage?.firstRejection
    }

    /// - Parameter digest: takes in the files, each a part, in the order of the export.
    mutating func readRecords(_ digest: inout ExportDigest, step: () throws(ReadFailure) -> Void) throws(ReadFailure) {
        try enrolments?.readRecords(&digest, step: step)
        try absences?.readRecords(&digest, step: step)
        try offered?.readRecords(&digest, step: step)
        try consents?.readRecords(&digest, step: step)
        try coverage?.readRecords(&digest, step: step)
    }

    /// The rows that were not understood, kind by kind.
    func rejectedRows(step: () throws(ReadFailure) -> Void) throws(ReadFailure) -> [RejectedRow] {
        var rows = try enrolments?.rejectedRows(step: step) ?? []
        rows += try absences?.rejectedRows(step: step) ?? []
        rows += try offered?.rejectedRows(step: step) ?? []
        rows += try consents?.rejectedRows(step: step) ?? []
        rows += try coverage?.rejectedRows(step: step) ?? []
        return rows
    }

    func hand(to reading: inout Reading) {
        reading.remarks =
            (enrolments?.remarks ?? []) + (absences?.remarks ?? []) + (offered?.remarks ?? []) + (consents?.remarks ?? [])
            + (coverage?.remarks ?? [])
        reading.enrolments = enrolments?.records.records ?? []
        if let absences { reading.absences = absences.records }
        reading.offered = offered?.records.records ?? []
        reading.consents = consents?.records.records ?? []
        reading.coverage = coverage?.records.records ?? []
    }
}
