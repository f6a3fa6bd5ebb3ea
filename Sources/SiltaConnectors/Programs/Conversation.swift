internal import SiltaConfiguration
internal import SiltaCore
internal import SiltaFormats

/// What a program has said so far, message by message, and whether it keeps to the protocol. Knows nothing of processes and time.
final class Conversation {
    /// What a message means to who waits for the next.
    enum Effect: Equatable {
        case nothing
        /// A line that is no message.
        case garbage
        case progress(PollProgress)
        /// The register asks for a pause: no message need come meanwhile.
        case pause(Duration)
    }

    /// A state is handed to the program at every start, and stands in the log.
    static let stateLimit = 65_536
    /// So many claims of coverage are more than all schools have in all their weeks.
    static let claimLimit = 100_000
    /// It stands in the log.
    private static let schoolLimit = 100
    /// What is kept of rejected rows, together, in bytes.
    private static let rejectedLimit = 64 << 20

    let name: String
    let plan: ProgramPlan
    let takers: [any RecordTaking]
    let tableTakers: [TableTaker]
    private let takerOfStream: [String: any RecordTaking]
    private let listeners: [String: Listener]
    /// Those that wait for tables, and what was told of them.
    private let waiting: [RecordTaker]
    private let held: HeldRecords
    private let settings: SourceSettings
    private let secrets: SecretValues

    private(set) var hasHello = false
    private(set) var hasEnded = false
    private(set) var state: JSON?
    /// For how long the register asks to be left alone, where nothing was told since.
    private(set) var pause: Duration?
    /// It has said itself that it could not tell everything.
    private(set) var isIncomplete = false
    private(set) var coverage: [Coverage] = []
    private(set) var coverageOfOffered: [Coverage] = []
    /// The kinds that it told all of, for all schools.
    private(set) var complete: Set<RecordKind> = []
    private(set) var unreadable: [RejectedRow] = []
    private(set) var messages = 0
    var digest = FileDigest()
    private var usual = (type: "", stream: "")
    private var usualListener: (stream: String, listener: Listener)?
    private var recordCount = 0

    /// What takes the records of one stream.
    private struct Listener {
        /// Its name.
        let name: [UInt8]
        /// Nil where it is only looked up in.
        var taker: RecordTaker?
        /// Which of ``waiting`` the taker is; nil where it takes what comes at once.
        var place: Int?
        var tables: [TableTaker] = []
    }

    /// - Parameter disk: a folder on a disk, for what cannot be understood before the end.
    init(
        manifest: Manifest, plan: ProgramPlan, settings: SourceSettings, secrets: SecretValues, disk: String
    ) throws(ReadFailure) {
        name = manifest.name
        self.plan = plan
        self.settings = settings
        self.secrets = secrets
        var listeners: [String: Listener] = [:]
        var waiting: [RecordTaker] = []
        var takers: [any RecordTaking] = []
        let records = GatheredRecordSets()
        for stream in settings.streams {
            let number = UInt16(clamping: takers.count { $0.stream.kind == stream.kind })
            let isWaiting = !stream.tables.isEmpty
            let taker = try stream.taker(records, number: number, settings, dates: plan.dates, tables: isWaiting ? nil : [])
            takers.append(taker.stream)
            listeners[stream.file] = Listener(name: Array(stream.file.utf8), taker: taker, place: isWaiting ? waiting.count : nil)
            if isWaiting { waiting.append(taker) }
        }
        var tableTakers: [TableTaker] = []
        for mapping in settings.tables {
            let table = try TableTaker(mapping, from: mapping.stream, dates: plan.dates, clock: settings.clock, of: settings.tables.count)
            tableTakers.append(table)
            listeners[mapping.stream, default: Listener(name: Array(mapping.stream.utf8))].tables.append(table)
        }
        self.takers = takers
        self.tableTakers = tableTakers
        self.listeners = listeners
        self.waiting = waiting
        held = HeldRecords(in: disk)
        takerOfStream = Dictionary(takers.map { ($0.stream.file, $0) }, uniquingKeysWith: { first, _ in first })
        for taker in takers { taker.isLastTaken = true }
    }

    /// How many records came, good and bad.
    var rows: Int { takers.reduce(unreadable.count) { $0 + max($1.count, $1.rejected.count) } }

    /// Whether something could not be looked up that may be there when it is told again.
    var isUnresolved: Bool { waiting.contains { !$0.stream.rejected.isEmpty } }

    var rejectedCount: Int { takers.reduce(unreadable.count) { $0 + $1.rejected.count } }

    func take(_ line: MessageLine) throws(ReadFailure) -> Effect {
        switch line {
        case .overlong(let number, let content):
            messages = number
            return try garbage(number, "the line is longer than \(MessageLines.lineLimit) bytes", content)
        case .message(let number, let bytes):
            messages = number
            guard let envelope = Envelope(bytes, knownType: usual.type, knownStream: usual.stream) else {
                return try garbage(number, bytes)
            }
            usual = (envelope.type, envelope.stream ?? usual.stream)
            return try take(envelope, bytes, number)
        }
    }

    private func take(_ envelope: Envelope, _ bytes: UnsafeBufferPointer<UInt8>, _ number: Int) throws(ReadFailure) -> Effect {
        guard !hasEnded else { throw broken("a message follows END; it must be the last") }
        switch envelope.type {
        case "RECORD": return try record(envelope, bytes, number)
        case "ACTIVATE_VERSION" where !hasHello: return .nothing
        case "SCHEMA", "STATE", "HELLO", "COVERAGE", "REJECT", "PROGRESS", "LIMIT", "END":
            guard let json = try? JSON.parse(bytes) else { return try garbage(number, bytes) }
            return try take(envelope.type, json, number)
        default:
            throw broken("there is no message \(shown(envelope.type)) in silta/1; what Silta cannot read it must not pass over")
        }
    }

    private func record(
        _ envelope: Envelope, _ bytes: UnsafeBufferPointer<UInt8>, _ number: Int
    ) throws(ReadFailure) -> Effect {
        guard let stream = envelope.stream, let record = envelope.record else { return try garbage(number, bytes) }
        if usualListener?.stream != stream { usualListener = listeners[stream].map { (stream, $0) } }
        guard let listener = usualListener?.listener else {
            if hasHello { throw unknown(stream) }
            return .nothing
        }
        recordCount += 1
        pause = nil
        guard recordCount <= plan.limits.records else {
            throw ReadFailure(
                .flooded, file: nil,
                "the program tells more than \(plan.limits.records) records; if there are so many, raise limits.records")
        }
        for table in listener.tables {
            guard try table.take(record, number: number) else { return try garbage(number, bytes) }
        }
        if let place = listener.place {
            listener.taker?.stream.isMentioned = true
            try held.append(record, stream: place, number: number)
        } else if let taker = listener.taker {
            guard taker.take(record, number: number) else { return try garbage(number, bytes) }
            // Looked at now and then: so few records cannot be too much.
            if recordCount % 1024 == 0, taker.stream.rejectedLength > Conversation.rejectedLimit { throw flooded() }
        }
        listener.name.withUnsafeBytes { digest.absorb($0) }
        digest.absorb(UnsafeRawBufferPointer(record))
        return .nothing
    }

    /// What was held back is taken, now that all is told that it looks up in.
    private func release() throws(ReadFailure) {
        guard !waiting.isEmpty else { return }
        let tables = tableTakers.map(\.table)
        for taker in waiting { try taker.stream.bind(tables) }
        try held.release { (record, place, number) throws(ReadFailure) in
            let taker = waiting[place]
            if !taker.take(record, number: number) { _ = try garbage(number, record) }
            if taker.stream.rejectedLength > Conversation.rejectedLimit { throw flooded() }
        }
    }

    // MARK: - Lines that are no messages

    private func garbage(_ number: Int, _ bytes: UnsafeBufferPointer<UInt8>) throws(ReadFailure) -> Effect {
        var content = FileDigest()
        content.absorb(UnsafeRawBufferPointer(bytes))
        content.endPart()
        return try garbage(number, "the line is no message: it must be one JSON object with a type", content.finish())
    }

    /// It might have been a record of any kind, so nothing that is missing counts as gone in this poll.
    private func garbage(_ number: Int, _ reason: String, _ content: Digest) throws(ReadFailure) -> Effect {
        let kinds = takers.map(\.stream.kind)
        let kind = kinds.contains(.absence) ? .absence : kinds.first ?? .absence
        unreadable.append(
            RejectedRow(
                kind: kind, file: "standard output", line: Int32(clamping: number), key: nil, reason: reason, fields: [], digest: content))
        digest.absorb(content.rawValue)
        if unreadable.count > 10 * Connector.rejectedLimit { throw flooded() }
        return .garbage
    }

    func flooded() -> ReadFailure {
        let first = (takers.compactMap(\.rejected.first) + unreadable.prefix(1)).min { $0.line < $1.line }
        let place = first.map { "; the first is message \($0.line), of \($0.file): \($0.reason)" } ?? ""
        return ReadFailure(.flooded, file: nil, "\(rejectedCount) of \(rows) records were not understood\(place)")
    }

    // MARK: - Everything but records

    private func take(_ type: String, _ json: JSON, _ number: Int) throws(ReadFailure) -> Effect {
        if type == "HELLO" { return try hello(json, number) }
        switch type {
        case "SCHEMA": try schema(json)
        case "STATE":
            guard let value = json["value"] else { throw broken("STATE has no value") }
            guard value.bytes.count <= Conversation.stateLimit else {
                throw broken("the value of STATE is longer than \(Conversation.stateLimit) bytes; a state says where to go on, and no more")
            }
            guard !secrets.isAny(in: value.bytes) else {
                throw broken("the value of STATE holds a secret of the configuration; a state stands in the log, where no secret may")
            }
            state = value
        default:
            guard hasHello else { throw broken("\(type) is a message of silta/1; a program that uses it must begin with HELLO") }
            return try own(type, json, number)
        }
        return .nothing
    }

    private func own(_ type: String, _ json: JSON, _ number: Int) throws(ReadFailure) -> Effect {
        switch type {
        case "COVERAGE": try cover(json)
        case "REJECT": try reject(json, number)
        case "PROGRESS": return .progress(PollProgress(done: json["done"]?.integer ?? 0, total: json["total"]?.integer))
        case "LIMIT":
            guard let seconds = json["retryAfter"]?.integer, (0...86_400).contains(seconds) else {
                throw broken("LIMIT must have retryAfter, a whole number of seconds from 0 to 86400")
            }
            pause = .seconds(seconds)
            return .pause(.seconds(seconds))
        default: try end(json)
        }
        return .nothing
    }

    private func hello(_ json: JSON, _ number: Int) throws(ReadFailure) -> Effect {
        guard number == 1 else { throw broken("HELLO must be the first message") }
        guard json["protocol"]?.string == "silta/1" else {
            throw broken("the protocol is \(shown(json["protocol"]?.string ?? "")); this version speaks silta/1")
        }
        guard json["connector"]?.string == name else {
            throw broken(
                "the program says that it is the connector \(shown(json["connector"]?.string ?? "")), and the manifest is of \(name)")
        }
        hasHello = true
        for taker in takers { taker.isLastTaken = plan.telling == .changes }
        return .nothing
    }

    /// What the mapping reads must be there: a field that was renamed must not look like one that is empty everywhere.
    private func schema(_ json: JSON) throws(ReadFailure) {
        guard let stream = json["stream"]?.string else { throw broken("SCHEMA names no stream") }
        guard let listener = listeners[stream] else {
            if hasHello { throw unknown(stream) }
            return
        }
        let there = Set(json["schema"]?["properties"]?.members.map(\.name) ?? [])
        func isMissing(_ column: String) -> Bool {
            !there.isEmpty && !there.contains(column) && !there.contains(String(column.prefix { $0 != "." }))
        }
        for table in listener.tables {
            table.isMentioned = true
            guard let column = table.mapping.columnNames.first(where: isMissing) else { continue }
            throw broken(
                "the schema of the stream \(shown(stream)) has no \(shown(column)), which the table \(table.mapping.name) is made of")
        }
        guard let taker = listener.taker?.stream else { return }
        taker.isMentioned = true
        guard !there.isEmpty else { return }
        let mapping = taker.stream
        for field in mapping.kind.fields where !mapping.isCanonical || field.isNeeded {
            guard let column = (mapping.fields[field.name]?.origin.columns ?? []).first(where: isMissing) else { continue }
            throw broken(
                "the schema of the stream \(shown(stream)) has no \(shown(column)), which \(field.name) is read from; name another in "
                    + "columns.\(mapping.name).\(field.name) of the configuration")
        }
        guard mapping.isCanonical else { return }
        let known = mapping.kind.fields.map(\.name)
        if let stray = there.sorted().first(where: { !known.contains($0) }) {
            throw broken("the schema of the stream \(shown(stream)) has \(shown(stray)); there are \(known.joined(separator: ", "))")
        }
    }

    private func cover(_ json: JSON) throws(ReadFailure) {
        guard let from = json["from"]?.string.flatMap({ LocalDate($0) }), let through = json["through"]?.string.flatMap({ LocalDate($0) }),
            from <= through
        else { throw broken("COVERAGE must have from and through, dates such as 2026-08-12, the second not before the first") }
        let names: [String]
        if let streams = json["streams"] {
            guard let texts = streams.array?.map(\.string), !texts.contains(nil) else {
                throw broken("the streams of COVERAGE must be a list of names")
            }
            names = texts.compactMap(\.self)
        } else {
            names = takers.map(\.stream.file)
        }
        var school: SchoolID?
        switch json["school"] {
        case nil, .null?, .string("*")?: break
        case .string(let text)? where (1...Conversation.schoolLimit).contains(text.utf8.count) && !secrets.isAny(in: Array(text.utf8)):
            school = SchoolID(text)
        default:
            throw broken(
                "the school of COVERAGE must be the id of one, of at most \(Conversation.schoolLimit) bytes, or be missing where it is all of them"
            )
        }
        for name in names {
            guard let taker = takerOfStream[name] else { throw unknown(name) }
            taker.isMentioned = true
            let claim = Coverage(school: school, from: from, through: through)
            if taker.stream.kind == .absence { coverage.append(claim) }
            if taker.stream.kind == .offered { coverageOfOffered.append(claim) }
            if school == nil { complete.insert(taker.stream.kind) }
            guard coverage.count + coverageOfOffered.count <= Conversation.claimLimit else {
                throw broken("COVERAGE claims more than \(Conversation.claimLimit) spans; one for each school and term would be right")
            }
        }
        digest.absorb("\(school?.rawValue ?? "*") \(from) \(through) \(names.joined(separator: " "))")
    }

    private func reject(_ json: JSON, _ number: Int) throws(ReadFailure) {
        guard let stream = json["stream"]?.string else { throw broken("REJECT names no stream") }
        guard let taker = takerOfStream[stream] else {
            guard let tables = listeners[stream]?.tables else { throw unknown(stream) }
            for table in tables { table.refuse(number: number) }
            return
        }
        // A longer one is no key: no record can have it.
        let key = json["key"]?.string.flatMap { $0.isEmpty || $0.utf8.count > Column.textLimit ? nil : $0 }
        let raw = json["raw"].map { $0.string ?? $0.text } ?? ""
        let fields = raw.isEmpty || raw.utf8.count > 16_384 ? [] : [RejectedRow.Field(name: "raw", value: raw)]
        var content = FileDigest()
        content.absorb("\(key ?? "")\n\(raw)")
        content.endPart()
        taker.refuse(
            RejectedRow(
                kind: taker.stream.kind, file: stream, line: Int32(clamping: number), key: key,
                reason: reason(json["reason"]?.string ?? ""),
                fields: fields, digest: content.finish()))
        digest.absorb("reject \(stream) \(key ?? "")\n\(raw)\n")
        if taker.rejectedLength > Conversation.rejectedLimit { throw flooded() }
    }

    /// A reason is shown to anybody who may see the source: words with a digit in them, such as identity codes, are left out.
    private func reason(_ text: String) -> String {
        let words = ErrorLines.shown(secrets.blanked(text.utf8, first: 200)).split(separator: " ").map { word in
            word.utf8.contains { (48...57).contains($0) } ? "…" : String(word)
        }
        return words.isEmpty ? "the program refuses the record and gives no reason" : "the program says: " + words.joined(separator: " ")
    }

    /// Complete, with as many records as came: of those that it counts, only lines that could not be read may be missing.
    private func end(_ json: JSON) throws(ReadFailure) {
        switch json["status"]?.string {
        case "complete": break
        case "incomplete":
            let wait = pause.map { "; the register asks for a pause [retry after: \($0.components.seconds) s]" } ?? ""
            isIncomplete = true
            throw ReadFailure(
                pause == nil ? .program : .limited, file: nil, "the program says that what it told is incomplete\(wait)")
        default: throw broken("the status of END must be complete or incomplete")
        }
        guard let counts = json["counts"] else { throw broken("END must have counts, the number of records of each stream") }
        var told: [String: Int64] = [:]
        for member in counts.members {
            guard let count = member.value.integer, count >= 0 else { throw broken("the counts of END must be whole numbers") }
            guard listeners[member.name] != nil || count == 0 else { throw unknown(member.name) }
            told[member.name] = count
        }
        if let silent = tableTakers.first(where: { !$0.isMentioned && told[$0.mapping.stream] == nil }) {
            throw broken(
                "nothing was told of the stream \(silent.mapping.stream), which is looked up in; one without rows is counted by END with 0")
        }
        try release()
        var missing = 0
        for (stream, cameCount) in came {
            let count = Int(told[stream] ?? 0)
            guard count >= cameCount, count - cameCount <= unreadable.count - missing else {
                throw broken("END counts \(count) records of \(stream), and \(cameCount) came")
            }
            missing += count - cameCount
        }
        hasEnded = true
    }

    /// Where the program has no word for it.
    func end(covering span: (from: LocalDate, through: LocalDate)?) throws(ReadFailure) {
        try release()
        complete = Set(takers.map(\.stream.kind))
        hasEnded = true
        guard let span, span.from <= span.through else { return }
        coverage = [Coverage(school: nil, from: span.from, through: span.through)]
        coverageOfOffered = coverage
        digest.absorb("* \(span.from) \(span.through)")
    }

    /// How many records came of each stream.
    private var came: [(stream: String, count: Int)] {
        var came: [(stream: String, count: Int)] = takers.map { ($0.stream.file, $0.count) }
        for table in tableTakers where !came.contains(where: { $0.stream == table.mapping.stream }) {
            came.append((table.mapping.stream, table.count))
        }
        return came
    }

    // MARK: - Sentences

    private func unknown(_ stream: String) -> ReadFailure {
        broken("there is no stream \(shown(stream)); there are \(came.map(\.stream).joined(separator: ", "))")
    }

    private func broken(_ sentence: String) -> ReadFailure {
        ReadFailure(.program, file: nil, "message \(messages): \(sentence)")
    }

    /// A name, where it looks like one: it may be anything, also the number of a person.
    private func shown(_ name: String) -> String {
        let scalars = name.unicodeScalars
        let isPlain = scalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_./".unicodeScalars.contains($0)) }
        guard isPlain, (1...40).contains(scalars.count), scalars.count(where: { ("0"..."9").contains($0) }) < 5 else { return "\"…\"" }
        return "\"\(String(decoding: secrets.blanked(name.utf8), as: UTF8.self))\""
    }
}
