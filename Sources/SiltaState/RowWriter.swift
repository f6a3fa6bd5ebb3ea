import SiltaCore

/// Writes the parts of a binary row; see ``PupilFormat``.
struct RowWriter {
    private(set) var bytes: [UInt8]

    init(version: UInt8) {
        bytes = [version]
    }

    /// - Precondition: not negative.
    mutating func number(_ number: Int) {
        var rest = UInt64(number)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func signed(_ value: Int) {
        number(value >= 0 ? value << 1 : ~(value << 1))
    }

    mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            number(utf8.count)
            bytes.append(contentsOf: utf8)
        }
    }

    mutating func date(_ date: LocalDate) { signed(Int(date.dayNumber)) }

    mutating func list<Element>(_ elements: [Element], _ write: (inout RowWriter, Element) -> Void) {
        number(elements.count)
        for element in elements { write(&self, element) }
    }

    mutating func optional<Value>(_ value: Value?, _ write: (inout RowWriter, Value) -> Void) {
        number(value == nil ? 0 : 1)
        if let value { write(&self, value) }
    }

    mutating func raw(_ utf8: UnsafeBufferPointer<UInt8>.SubSequence) {
        bytes.append(contentsOf: utf8)
    }
}

extension RowWriter {
    mutating func write(_ alias: Alias) {
        switch alias {
        case .register(let source, let key):
            number(0)
            text(source.rawValue)
            text(key.rawValue)
        case .oppijanumero(let number):
            self.number(1)
            text(number)
        case .hetu(let code):
            number(2)
            text(code)
        }
    }

    mutating func span(_ span: DateSpan) {
        date(span.from)
        optional(span.through) { $0.date($1) }
    }

    mutating func write(_ enrolment: Enrolment) {
        text(enrolment.key.rawValue)
        optional(enrolment.oppijanumero) { $0.text($1) }
        optional(enrolment.hetu) { $0.text($1) }
        text(enrolment.familyName)
        text(enrolment.givenNames)
        optional(enrolment.called) { $0.text($1) }
        optional(enrolment.school.oid) { $0.text($1) }
        optional(enrolment.school.code) { $0.text($1) }
        text(enrolment.school.name)
        optional(enrolment.group) { $0.text($1) }
        signed(enrolment.grade)
        optional(enrolment.homeMunicipality) { $0.text($1) }
        span(enrolment.span)
        optional(enrolment.nonDisclosure) { $0.span($1) }
        optional(enrolment.guardianNonDisclosure) { $0.span($1) }
    }

    mutating func write(_ consent: Consent) {
        text(consent.key.rawValue)
        text(consent.giver.rawValue)
        text(consent.purpose.rawValue)
        text(consent.recipient.rawValue)
        text(consent.scope.rawValue)
        date(consent.given)
        span(consent.span)
        optional(consent.withdrawn) { $0.date($1) }
    }

    mutating func write(_ marks: [Mark]) {
        var meanings: [(markClass: MarkClass, code: String)] = []
        // A register has few codes; one that has many makes a pupil's row slow and nothing else.
        let indices = marks.map { mark in
            if let index = meanings.firstIndex(where: { $0.markClass == mark.markClass && $0.code.utf8.elementsEqual(mark.code.utf8) }) {
                return index
            }
            meanings.append((mark.markClass, mark.code))
            return meanings.count - 1
        }
        list(meanings) { row, meaning in
            row.number(MarkClasses.code(meaning.markClass))
            row.text(meaning.code)
        }
        number(marks.count)
        var keyBefore: [UInt8] = []
        var dayBefore = 0
        for (mark, meaning) in zip(marks, indices) {
            var key = mark.key.rawValue
            key.withUTF8 { key in
                var shared = 0
                while shared < min(key.count, keyBefore.count), key[shared] == keyBefore[shared] { shared += 1 }
                number(shared)
                number(key.count - shared)
                raw(key[shared...])
                keyBefore.removeSubrange(shared...)
                keyBefore.append(contentsOf: key[shared...])
            }
            signed(Int(mark.date.dayNumber) - dayBefore)
            dayBefore = Int(mark.date.dayNumber)
            number(mark.start.map { Int($0.minuteOfDay) + 1 } ?? 0)
            signed(Int(mark.minutes))
            number(meaning)
        }
    }
}

/// Spelled by hand, so that a new class moves no other.
enum MarkClasses {
    static func code(_ markClass: MarkClass) -> Int {
        switch markClass {
        case .unexplained: 0
        case .unauthorised: 1
        case .leave: 2
        case .health: 3
        case .explained: 4
        case .late: 5
        case .elsewhere: 6
        case .ignore: 7
        }
    }

    static func markClass(_ code: Int) throws(StateFailure) -> MarkClass {
        switch code {
        case 0: .unexplained
        case 1: .unauthorised
        case 2: .leave
        case 3: .health
        case 4: .explained
        case 5: .late
        case 6: .elsewhere
        case 7: .ignore
        default: throw RowReader.malformed
        }
    }
}
