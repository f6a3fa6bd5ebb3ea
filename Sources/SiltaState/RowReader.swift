import SiltaCore

/// Reads the parts of a binary row; see ``PupilFormat``. A row that ends too early, or is none, is a failure and no crash.
struct RowReader {
    static let malformed = StateFailure(.unreadable, "state.db holds a row that cannot be read; `silta rebuild` makes it again")

    private let bytes: UnsafeRawBufferPointer
    private var next = 0

    init(_ bytes: UnsafeRawBufferPointer, version: UInt8) throws(StateFailure) {
        self.bytes = bytes
        guard bytes.first == version else { throw RowReader.malformed }
        next = 1
    }

    mutating func number() throws(StateFailure) -> Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while next < bytes.count, shift < 63 {
            let byte = bytes[next]
            next += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(value) }
            shift += 7
        }
        throw RowReader.malformed
    }

    mutating func signed() throws(StateFailure) -> Int {
        let value = try number()
        return value & 1 == 0 ? value >> 1 : ~(value >> 1)
    }

    mutating func text() throws(StateFailure) -> String {
        String(decoding: try raw(number()), as: UTF8.self)
    }

    mutating func date() throws(StateFailure) -> LocalDate {
        guard let day = Int32(exactly: try signed()) else { throw RowReader.malformed }
        return LocalDate(dayNumber: day)
    }

    mutating func list<Element>(_ read: (inout RowReader) throws(StateFailure) -> Element) throws(StateFailure) -> [Element] {
        let count = try self.count()
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    mutating func optional<Value>(_ read: (inout RowReader) throws(StateFailure) -> Value) throws(StateFailure) -> Value? {
        try number() == 0 ? nil : try read(&self)
    }

    /// Of elements that follow, each at least a byte.
    mutating func count() throws(StateFailure) -> Int {
        let count = try number()
        guard count <= bytes.count - next else { throw RowReader.malformed }
        return count
    }

    mutating func raw(_ count: Int) throws(StateFailure) -> UnsafeRawBufferPointer {
        guard count <= bytes.count - next else { throw RowReader.malformed }
        defer { next += count }
        return UnsafeRawBufferPointer(rebasing: bytes[next..<(next + count)])
    }

    func end() throws(StateFailure) {
        guard next == bytes.count else { throw RowReader.malformed }
    }
}

extension RowReader {
    mutating func alias() throws(StateFailure) -> Alias {
        switch try number() {
        case 0: .register(SourceID(try text()), RegisterKey(try text()))
        case 1: .oppijanumero(try text())
        case 2: .hetu(try text())
        default: throw RowReader.malformed
        }
    }

    mutating func optionalText() throws(StateFailure) -> String? {
        try number() == 0 ? nil : try text()
    }

    mutating func optionalDate() throws(StateFailure) -> LocalDate? {
        try number() == 0 ? nil : try date()
    }

    mutating func span() throws(StateFailure) -> DateSpan {
        DateSpan(from: try date(), through: try optionalDate())
    }

    mutating func optionalSpan() throws(StateFailure) -> DateSpan? {
        try number() == 0 ? nil : try span()
    }

    mutating func enrolment() throws(StateFailure) -> Enrolment {
        Enrolment(
            key: EnrolmentKey(try text()), oppijanumero: try optionalText(), hetu: try optionalText(), familyName: try text(),
            givenNames: try text(), called: try optionalText(),
            school: School(oid: try optionalText(), code: try optionalText(), name: try text()), group: try optionalText(),
            grade: try signed(), homeMunicipality: try optionalText(), span: try span(), nonDisclosure: try optionalSpan(),
            guardianNonDisclosure: try optionalSpan())
    }

    mutating func consent() throws(StateFailure) -> Consent {
        let key = ConsentKey(try text())
        guard let giver = Consent.Giver(rawValue: try text()) else { throw RowReader.malformed }
        return Consent(
            key: key, giver: giver, purpose: Purpose(try text()), recipient: RecipientID(try text()), scope: ScopeID(try text()),
            given: try date(), span: try span(), withdrawn: try optionalDate())
    }

    mutating func account() throws(StateFailure) -> Account {
        let source = SourceID(try text())
        let enrolments = try list { row throws(StateFailure) in
            ToldEnrolment(enrolment: try row.enrolment(), ended: try row.optionalDate())
        }
        let marks = try marks()
        let offered = try list { row throws(StateFailure) in try row.offered() }
        let consents = try list { row throws(StateFailure) in
            ToldConsent(consent: try row.consent(), lapse: try ConsentLapses.lapse(row.number()))
        }
        return Account(source: source, enrolments: enrolments, marks: marks, offered: offered, consents: consents)
    }

    mutating func offered() throws(StateFailure) -> Offered {
        let key = OfferedKey(try text())
        let (from, through) = (try date(), try date())
        guard let minutes = Int32(exactly: try signed()) else { throw RowReader.malformed }
        return Offered(key: key, from: from, through: through, minutes: minutes, quality: try OfferedQualities.quality(number()))
    }

    mutating func marks() throws(StateFailure) -> [Mark] {
        var meanings: [(markClass: MarkClass, code: String)] = []
        for _ in 0..<(try count()) { meanings.append((try MarkClasses.markClass(number()), try text())) }
        let count = try self.count()
        var marks: [Mark] = []
        marks.reserveCapacity(count)
        var key: [UInt8] = []
        var day = 0
        for _ in 0..<count {
            let shared = try number()
            guard shared <= key.count else { throw RowReader.malformed }
            key.removeSubrange(shared...)
            key.append(contentsOf: try raw(number()))
            day &+= try signed()
            let start = try number()
            let minutes = try signed()
            let meaning = try number()
            guard let number = Int32(exactly: day), let length = Int32(exactly: minutes), meaning < meanings.count else {
                throw RowReader.malformed
            }
            marks.append(
                Mark(
                    key: MarkKey(String(decoding: key, as: UTF8.self)), date: LocalDate(dayNumber: number),
                    start: LocalTime(minuteOfDay: start - 1), minutes: length, markClass: meanings[meaning].markClass,
                    code: meanings[meaning].code))
        }
        return marks
    }
}
