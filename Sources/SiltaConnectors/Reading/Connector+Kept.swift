public import SiltaCore
internal import SiltaFormats

extension Connector {
    /// What quarantined rows say as the mapping is now: as many as were given, in their order.
    public func reread(_ rows: [KeptRow]) -> [RereadRow] {
        let connector = asOfToday
        var enrolments = KeptRowReader<EnrolmentInterpreter>(connector)
        var absences = KeptRowReader<AbsenceInterpreter>(connector)
        var consents = KeptRowReader<ConsentInterpreter>(connector)
        return rows.map { row in
            switch row.kind {
            case .enrolment: enrolments.read(row) { .enrolment($0) }
            case .absence: absences.read(row) { .absence($0) }
            case .consent: consents.read(row) { .consent($0) }
            default:
                RereadRow(
                    file: row.file, pupil: nil,
                    outcome: .rejected(row.kind, key: nil, reason: "a row of this kind is told anew by each poll"))
            }
        }
    }
}

/// Reads kept rows of one kind.
private struct KeptRowReader<Interpreter: RecordInterpreter> {
    /// The columns of a row, where it stood, and what they mean; rows of one file follow one another.
    fileprivate struct Bound {
        let file: String
        let isRecord: Bool
        let names: [String]
        let layout: RowLayout<Interpreter>?
        /// Of rows that look up in tables: what can be known of them without.
        var key: KeyColumns?
        let problem: String
        let pupil: Int?
    }

    private let connector: Connector
    private var last: Bound?

    init(_ connector: Connector) {
        self.connector = connector
    }

    mutating func read(_ row: KeptRow, _ understood: (Interpreter.Record) -> RereadRow.Outcome) -> RereadRow {
        let bound = bound(row)
        last = bound
        func rejected(_ key: String?, _ reason: String) -> RereadRow.Outcome { .rejected(row.kind, key: key, reason: reason) }
        var pupil = bound.pupil.map { row.fields[$0].value } ?? ""
        pupil = String(pupil.drop { $0 == " " || $0 == "\t" })
        let outcome = CSVRow.withFields(row.fields.map(\.value), line: Int(row.line)) { fields -> RereadRow.Outcome in
            switch bound.layout?.outcome(of: .row(fields)) {
            case .record(let record): understood(record)
            case .rejected(let key, let reason): rejected(key, reason)
            case .skipped: rejected(nil, "rows such as this one are skipped now; it can be dropped")
            case nil: rejected(bound.key(of: fields), bound.problem)
            }
        }
        return RereadRow(file: row.file, pupil: pupil.isEmpty ? nil : RegisterKey(pupil), outcome: outcome)
    }

    private func bound(_ row: KeptRow) -> Bound {
        let names = row.fields.map(\.name)
        if let last, last.file == row.file, last.isRecord == row.isRecord, last.names == names { return last }
        let streams = row.isRecord ? StreamMapping.canonical : connector.configuration.streams
        let ofKind = streams.filter { $0.kind == Interpreter.kind }
        guard let stream = ofKind.first(where: { $0.file == row.file }) ?? ofKind.first else {
            return Bound(
                file: row.file, isRecord: row.isRecord, names: names, layout: nil,
                problem: "the connector reads no records of this kind any more", pupil: nil)
        }
        let ofSource = connector.configuration.files[stream.name]?.dates ?? connector.manifest.program?.dates
        let dates: DateFormat = row.isRecord ? .iso8601 : ofSource ?? .iso8601
        let columns = BoundColumns(
            row.isRecord ? stream.reduced(to: names) : stream, header: Header(stream: row.file, columns: names), file: 0, encoding: .utf8,
            dates: dates, settings: connector.configuration)
        // What is looked up stands in other files, which were not kept.
        guard stream.tables.isEmpty else {
            let isKeyThere = !stream.looksUp("key") && !(stream.keyParts.contains { stream.looksUp($0) })
            return Bound(
                file: row.file, isRecord: row.isRecord, names: names, layout: nil,
                key: isKeyThere ? (try? columns.key()).flatMap(\.self) : nil,
                problem: "the mapping looks up in tables, so the register must tell the row again", pupil: nil)
        }
        var pupil: Int?
        if case .column(let name)? = stream.fields["pupil"]?.origin { pupil = names.firstIndex(of: name) }
        do {
            let layout = try RowLayout<Interpreter>(columns, columnCount: names.count, encoding: .utf8)
            return Bound(file: row.file, isRecord: row.isRecord, names: names, layout: layout, problem: "", pupil: pupil)
        } catch {
            return Bound(
                file: row.file, isRecord: row.isRecord, names: names, layout: nil,
                problem: "what was kept of the row is not what the mapping reads now; the register must tell it again", pupil: pupil)
        }
    }
}

extension KeptRowReader.Bound {
    func key(of row: CSVRow) -> String? {
        do throws(RowProblem) { return try key?.key(of: row) } catch { return nil }
    }
}

extension StreamMapping {
    fileprivate func looksUp(_ field: String) -> Bool { fields[field]?.lookups.isEmpty == false }

    /// The fields that its key is put together of.
    fileprivate var keyParts: [String] {
        if case .fields(let names)? = fields["key"]?.origin { names } else { [] }
    }

    /// Without the fields that a record does not have.
    fileprivate func reduced(to names: [String]) -> StreamMapping {
        var stream = self
        stream.fields = fields.filter { names.contains($0.key) }
        return stream
    }
}
