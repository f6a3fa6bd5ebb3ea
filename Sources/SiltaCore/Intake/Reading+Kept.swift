extension Reading {
    /// Adds what rows that were quarantined earlier say now: of kinds that this reading does not tell in full, and so does not tell
    /// again.
    ///
    /// A row whose key the reading itself speaks of says something old, and is not added. Neither are two rows of one key: which
    /// of them counts is nobody's guess.
    ///
    /// - Returns: the indices of the rows that need not be kept any longer once this reading is applied: those that were added, and
    ///   those that say something old.
    public mutating func add(_ kept: [RereadRow]) -> Set<Int> {
        var wanted: [RecordKind: Set<String>] = [:]
        var counts: [RecordKind: [String: Int]] = [:]
        for row in kept where !complete.contains(row.kind) {
            guard let key = row.key else { continue }
            wanted[row.kind, default: []].insert(key)
            counts[row.kind, default: [:]][key, default: 0] += 1
        }
        guard !wanted.isEmpty else { return [] }
        let told = keysTold(among: wanted)
        var done: Set<Int> = []
        for (index, row) in kept.enumerated() {
            guard !complete.contains(row.kind), let key = row.key else { continue }
            if told[row.kind]?.contains(key) == true {
                done.insert(index)
            } else if counts[row.kind]?[key] == 1, add(row) {
                done.insert(index)
            }
        }
        return done
    }

    private mutating func add(_ row: RereadRow) -> Bool {
        switch row.outcome {
        case .enrolment(var record):
            record.file = number(of: row.file, .enrolment)
            enrolments.append(record)
        case .absence(var record):
            record.file = number(of: row.file, .absence)
            absences.append(record)
        case .consent(var record):
            record.file = number(of: row.file, .consent)
            consents.append(record)
        case .rejected: return false
        }
        return true
    }

    /// Among the files of a kind, to which it is added where it is none of them.
    private mutating func number(of file: String, _ kind: RecordKind) -> UInt16 {
        if let index = files[kind]?.firstIndex(of: file) { return UInt16(clamping: index) }
        files[kind, default: []].append(file)
        return UInt16(clamping: (files[kind]?.count ?? 1) - 1)
    }

    /// The keys that this reading itself speaks of, well or badly, among some.
    private func keysTold(among wanted: [RecordKind: Set<String>]) -> [RecordKind: Set<String>] {
        var told: [RecordKind: Set<String>] = [:]
        func tell(_ kind: RecordKind, _ key: String) {
            if wanted[kind]?.contains(key) == true { told[kind, default: []].insert(key) }
        }
        for record in enrolments { tell(.enrolment, record.enrolment.key.rawValue) }
        for record in consents { tell(.consent, record.consent.key.rawValue) }
        if wanted[.absence] != nil {
            for record in absences { tell(.absence, record.mark.key.rawValue) }
        }
        for (kind, keys) in deleted { for key in keys { tell(kind, key) } }
        for row in rejected {
            if let key = row.key { tell(row.kind, key) }
        }
        return told
    }
}
