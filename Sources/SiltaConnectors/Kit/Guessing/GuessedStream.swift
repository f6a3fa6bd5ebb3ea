internal import SiltaCore

/// What one file of a register seems to be: the kind of its records, and which of its columns holds which field.
struct GuessedStream {
    struct Field {
        let name: String
        /// As a manifest writes it, without its name.
        let mapping: String
        /// The column, where it is one.
        let column: Int?
        /// Why somebody should look at it; nil where it was clear.
        let doubt: String?
    }

    let sample: Sample
    let profiles: [ColumnProfile]
    let kind: RecordKind
    /// How much speaks for the kind.
    let score: Int
    let fields: [Field]
    let dropped: [String]
    /// Of the whole stream.
    let doubts: [String]
    /// The register's words for classes, as far as they may be shown, and what they seem to mean.
    let codes: [(code: String, meaning: MarkClass?)]

    init(_ sample: Sample) {
        self.sample = sample
        let profiles = sample.columns.indices.map { ColumnProfile(sample.columns[$0], sample.values(of: $0)) }
        self.profiles = profiles
        // Of a list within the items, its own columns say of what kind it is.
        let own = sample.inner.isEmpty ? profiles : Array(profiles[sample.inner])
        let kinds: [RecordKind] = [.absence, .enrolment, .offered, .consent, .coverage]
        let guesses = kinds.map { ($0, FieldGuesses(own, of: $0)) }.sorted { $0.1.score > $1.1.score }
        let kind = guesses[0].0
        let guess = sample.inner.isEmpty ? guesses[0].1 : FieldGuesses(profiles, of: kind)
        self.kind = kind
        // A list within the items is worth taking apart where it alone does not say whose its records are.
        let isPupilAround = guess.column(of: "pupil") != nil || GuessedStream.around(profiles, sample.inner, guess, of: kind) != nil
        let gain = guesses[0].1.column(of: "pupil") == nil && isPupilAround ? 5 : -1
        // Whose a record is hardly stands in a list: that is sooner a list of records.
        let isPupilListed = guess.column(of: "pupil").map { profiles[$0.column].name.contains(".0.") } ?? false
        score = guesses[0].1.score + (sample.inner.isEmpty ? 0 : gain) - (isPupilListed ? 10 : 0)
        var doubts = sample.doubts
        if guesses[1].1.score * 10 >= guesses[0].1.score * 8 {
            doubts.append("these may be records of the kind \(guesses[1].0.rawValue)")
        }
        self.doubts = doubts
        let (codes, areShown) = GuessedStream.codes(guess, profiles, sample, kind)
        self.codes = codes
        fields = kind.fields.compactMap { field in
            GuessedStream.field(field, of: kind, guess, profiles, inner: sample.inner, areCodesShown: areShown)
        }
        dropped = profiles.indices.filter { FieldWords.isDropped(profiles[$0].name) && !guess.isTaken($0) }.map { profiles[$0].name }
    }

    /// Of the lists of one document, those that look like records, each kind once; else the longest.
    static func chosen(_ samples: [Sample]) -> [GuessedStream] {
        let streams = samples.map { GuessedStream($0) }
        let likely = streams.filter { $0.score >= likelyScore }
        let best = RecordKind.allCases.compactMap { kind in likely.filter { $0.kind == kind }.max { $0.score < $1.score } }
        return best.isEmpty ? Array(streams.prefix(1)) : best
    }

    /// As much as two fields that set a kind apart, found by name, where nothing else is missing.
    private static let likelyScore = 16

    /// How the dates of most columns are written.
    var dates: String? {
        let formats = fields.compactMap { field -> String? in
            guard let column = field.column, case .date(let format)? = profiles[column].form else { return nil }
            return format
        }
        return Dictionary(formats.map { ($0, 1) }, uniquingKeysWith: +).max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
    }

    private static func codes(
        _ guess: FieldGuesses, _ profiles: [ColumnProfile], _ sample: Sample, _ kind: RecordKind
    ) -> ([(code: String, meaning: MarkClass?)], Bool) {
        guard kind == .absence, let found = guess.column(of: "class") else { return ([], false) }
        // What was found by what it holds may be anything, such as a column of names.
        guard found.isNamed || found.isPartlyNamed else { return ([], false) }
        let codes = profiles[found.column].codes.filter { isShowable($0, isNamed: found.isNamed) }
        let areShown = !codes.isEmpty && codes.count == profiles[found.column].codes.count
        return (codes.sorted().map { ($0, FieldWords.markClass($0)) }, areShown)
    }

    /// Short and nobody's: no digits of an identity, no name.
    private static func isShowable(_ code: String, isNamed: Bool) -> Bool {
        guard code.utf8.count <= (isNamed ? 30 : 6), ![.identityCode, .learnerNumber].contains(ValueForm.of(code)) else { return false }
        guard code.unicodeScalars.count(where: { ("0"..."9").contains($0) }) < 5 else { return false }
        let words = code.split(separator: " ")
        return words.count <= 3 && words.count { $0.first?.isUppercase == true && $0.count > 2 } < 2
    }

    private static func field(
        _ field: CanonicalField, of kind: RecordKind, _ guess: FieldGuesses, _ profiles: [ColumnProfile], inner: Range<Int>,
        areCodesShown: Bool
    ) -> Field? {
        if let found = guess.column(of: field.name) {
            let profile = profiles[found.column]
            var doubts: [String] = []
            if found.isPartlyNamed {
                doubts.append("guessed by a part of its name")
            } else if !found.isNamed {
                doubts.append("guessed by what stands in the column")
            }
            if !found.others.isEmpty { doubts.append("it could also be \(found.others.joined(separator: ", "))") }
            var mapping = YAMLText.word(profile.name)
            switch field.name {
            case "class":
                mapping = "{column: \(mapping), values-from: codes}"
                if !areCodesShown { doubts.append("not all of its codes could be listed") }
            case "giver":
                let words = profile.codes.filter { isShowable($0, isNamed: true) }
                let meanings = words.map { "\(YAMLText.word($0)): \(FieldWords.giver($0)?.rawValue ?? "guardian")" }
                mapping = "{column: \(mapping), values: {\(meanings.joined(separator: ", "))}}"
                if words.isEmpty || words.contains(where: { FieldWords.giver($0) == nil }) { doubts.append("who these words mean") }
            case "key":
                if !profile.isUnique { doubts.append("in the sample two rows have the same value, and a key must be of one record") }
            case "minutes":
                if profile.form == .decimal || profile.unit != nil {
                    let unit = profile.unit.map { ", unit: \($0.rawValue)" } ?? ""
                    mapping = "{column: \(mapping), number: \"\(profile.decimalSign.rawValue)\"\(unit)}"
                    if let unit = profile.unit { doubts.append("\(unit.rawValue), by its name") }
                }
                if profile.unit == nil, profile.form == .decimal || (profile.largest ?? 13) <= 12 {
                    let largest = profile.largest.map { "the largest is \($0)" } ?? "these are decimal numbers"
                    doubts.append("\(largest); are these lessons, {column: …, number: \",\", unit: lessons}, or hours?")
                }
            default: break
            }
            if field.content == .date, !profile.isDate, profile.form != nil { doubts.append("not all of its values look like dates") }
            if field.isNeeded, profile.hasGaps { doubts.append("it is empty in some rows, which will be quarantined") }
            return Field(
                name: field.name, mapping: mapping, column: found.column, doubt: doubts.isEmpty ? nil : doubts.joined(separator: "; "))
        }
        guard field.isNeeded else { return nil }
        if field.name == "key", kind != .absence, guess.column(of: "pupil") != nil, guess.column(of: "from") != nil {
            return Field(name: "key", mapping: "[pupil, from]", column: nil, doubt: nil)
        }
        if field.name == "pupil", let around = around(profiles, inner, guess, of: kind) {
            return Field(
                name: "pupil", mapping: YAMLText.word(profiles[around].name), column: around, doubt: "the key of what the list stands in")
        }
        if field.name == "key", guess.column(of: "date") != nil {
            let isTimed = guess.column(of: "start") != nil
            let doubt =
                "no column is of one mark only; where a pupil has several marks \(isTimed ? "at one time" : "on a day"), this is not enough"
            return Field(name: "key", mapping: isTimed ? "[pupil, date, start]" : "[pupil, date]", column: nil, doubt: doubt)
        }
        if field.name == "minutes", let start = guess.column(of: "start"),
            let end = profiles.indices.first(where: {
                !guess.isTaken($0) && profiles[$0].form == .time && FieldWords.isEnd(profiles[$0].name)
            })
        {
            let times = profiles[end].times.map { ", time: \($0.rawValue)" } ?? ""
            let mapping = "{from: \(YAMLText.word(profiles[start.column].name)), through: \(YAMLText.word(profiles[end].name))\(times)}"
            return Field(name: "minutes", mapping: mapping, column: nil, doubt: "the minutes between two times, breaks among them")
        }
        let doubt = "no column looks like it; name one, or say what it is in every row"
        return Field(name: field.name, mapping: "{constant: \(stopgap(field))}", column: nil, doubt: doubt)
    }

    /// The key of the item that a list stands in; nil where it is no list within an item, or has none.
    private static func around(_ profiles: [ColumnProfile], _ inner: Range<Int>, _ guess: FieldGuesses, of kind: RecordKind) -> Int? {
        guard !inner.isEmpty else { return nil }
        let keys = profiles.indices.compactMap { column -> (column: Int, rank: Int)? in
            guard !inner.contains(column), !guess.isTaken(column) else { return nil }
            return FieldWords.rank(profiles[column].name, for: "key", of: kind).map { (column, $0) }
        }
        return keys.min { ($0.rank, $0.column) < ($1.rank, $1.column) }?.column
    }

    private static func stopgap(_ field: CanonicalField) -> String {
        switch field.content {
        case .date: "2026-08-12"
        case .time: "\"08:00\""
        case .integer: "1"
        case .minutes: "45"
        case .word(let words): words[0]
        default: "unknown"
        }
    }
}

/// Which column fits which field of one kind of record, by name first, then by what stands in it.
struct FieldGuesses {
    struct Found {
        let column: Int
        let isNamed: Bool
        /// Only a part of its name says so.
        let isPartlyNamed: Bool
        /// What other columns it could be.
        let others: [String]
    }

    private var found: [String: Found] = [:]
    private var taken: Set<Int> = []
    /// How much speaks for this kind.
    private(set) var score = 0

    init(_ profiles: [ColumnProfile], of kind: RecordKind) {
        findNamed(profiles, of: kind, ranks: 0..<FieldWords.byPart)
        findNamed(profiles, of: kind, ranks: FieldWords.byPart..<Int.max)
        for field in kind.fields where found[field.name] == nil {
            let free = profiles.indices.filter {
                !taken.contains($0) && !FieldWords.isDropped(profiles[$0].name) && FieldGuesses.isTypical(profiles[$0], field, of: kind)
            }
            guard let best = free.first else { continue }
            let others = free.dropFirst().prefix(3).map { profiles[$0].name }
            take(field.name, Found(column: best, isNamed: false, isPartlyNamed: false, others: others))
        }
        score = FieldGuesses.score(found, of: kind)
    }

    private mutating func findNamed(_ profiles: [ColumnProfile], of kind: RecordKind, ranks: Range<Int>) {
        for field in kind.fields where found[field.name] == nil {
            let candidates = profiles.indices.compactMap { column -> (column: Int, rank: Int)? in
                guard let rank = FieldWords.rank(profiles[column].name, for: field.name, of: kind), ranks.contains(rank) else { return nil }
                return FieldGuesses.fits(profiles[column], field) ? (column, rank) : nil
            }.sorted { ($0.rank, $0.column) < ($1.rank, $1.column) }
            let free = candidates.filter { !taken.contains($0.column) }
            guard let best = free.first else { continue }
            // One word means less than the next only where both are good ones.
            let others = free.dropFirst().filter { $0.rank - best.rank < 3 }.map { profiles[$0.column].name }
            let isWhole = best.rank < FieldWords.byPart
            take(field.name, Found(column: best.column, isNamed: isWhole, isPartlyNamed: !isWhole, others: others))
        }
    }

    func column(of field: String) -> Found? { found[field] }

    func isTaken(_ column: Int) -> Bool { taken.contains(column) }

    private mutating func take(_ field: String, _ column: Found) {
        found[field] = column
        taken.insert(column.column)
    }

    /// What sets one kind apart counts most.
    private static func score(_ found: [String: Found], of kind: RecordKind) -> Int {
        let telling: [RecordKind: Set<String>] = [
            .absence: ["date", "class", "minutes"], .enrolment: ["family-name", "given-names", "grade", "group", "hetu", "oppijanumero"],
            .consent: ["giver", "purpose", "recipient", "scope", "given"], .offered: ["minutes"], .coverage: [],
        ]
        var score = 0
        for (name, column) in found {
            let weight = telling[kind]?.contains(name) == true ? 4 : 1
            score += column.isNamed || column.isPartlyNamed ? weight * 2 : weight
        }
        let missing = kind.fields.filter { $0.isNeeded && found[$0.name] == nil && $0.name != "key" }.count
        if kind == .coverage, missing == 0 { score += 4 }
        return score - 3 * missing
    }

    /// Nothing in the column speaks against it.
    private static func fits(_ profile: ColumnProfile, _ field: CanonicalField) -> Bool {
        guard let form = profile.form else { return true }
        switch field.content {
        case .date: return profile.isDate
        case .time: return form == .time || form == .instant
        case .integer: return form == .integer && (field.name != "grade" || (profile.largest ?? 99) <= 10)
        case .minutes: return form == .integer || form == .decimal
        default: break
        }
        switch field.name {
        case "hetu": return form == .identityCode
        case "oppijanumero": return form == .learnerNumber
        case "school-oid": return form == .organisation
        case "school-name", "family-name", "given-names", "called": return form == .text
        case "group", "class": return !profile.isDate && form != .time
        default: return true
        }
    }

    /// What stands in the column speaks for it, whatever its name.
    private static func isTypical(_ profile: ColumnProfile, _ field: CanonicalField, of kind: RecordKind) -> Bool {
        switch (kind, field.name) {
        case (_, "hetu"): profile.form == .identityCode
        case (_, "oppijanumero"): profile.form == .learnerNumber
        case (_, "school-oid"), (.coverage, "school"): profile.form == .organisation
        case (.absence, "date"), (.enrolment, "from"), (.coverage, "from"): profile.isDate && !profile.hasGaps
        case (.absence, "start"): profile.form == .time
        case (.absence, "minutes"): profile.form == .integer && (profile.largest ?? 0) <= 1440 && !profile.isUnique
        case (.absence, "class"):
            !profile.codes.isEmpty && profile.form != .decimal && profile.form != .integer && !profile.isDate && profile.form != .time
        case (.absence, "key"), (.consent, "key"): profile.isUnique && !profile.hasGaps && !profile.isDate
        default: false
        }
    }
}
