internal import SiltaCore

/// A canonical record as one line of JSON: its kind and line first, then its fields by name, without those that are missing.
struct CanonicalLine {
    private(set) var text = "{"

    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        begin(name)
        text += CanonicalLine.quoted(value)
    }

    mutating func add(_ name: String, _ value: LocalDate?) { add(name, value?.description) }

    mutating func add(_ name: String, number: some BinaryInteger) {
        begin(name)
        text += String(number)
    }

    mutating func add(_ name: String, _ fields: [RejectedRow.Field]) {
        begin(name)
        text += "{" + fields.map { CanonicalLine.quoted($0.name) + ":" + CanonicalLine.quoted($0.value) }.joined(separator: ",") + "}"
    }

    func finished() -> String { text + "}" }

    private mutating func begin(_ name: String) {
        if text != "{" { text += "," }
        text += CanonicalLine.quoted(name) + ":"
    }

    private static func quoted(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                text.unicodeScalars.append("\\")
                text.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}

extension Reading {
    /// Every record and every rejected row, kind by kind in the order of the files.
    func canonicalLines() -> [String] {
        enrolments.map(\.canonicalLine) + absences.map(\.canonicalLine) + offered.map(\.canonicalLine) + consents.map(\.canonicalLine)
            + coverage.map(\.canonicalLine) + rejected.map(\.canonicalLine)
    }
}

extension EnrolmentRecord {
    var canonicalLine: String {
        var line = CanonicalLine()
        line.add("record", "enrolment")
        line.add("line", number: self.line)
        line.add("key", enrolment.key.rawValue)
        line.add("pupil", pupil.rawValue)
        line.add("oppijanumero", enrolment.oppijanumero)
        line.add("hetu", enrolment.hetu)
        line.add("family-name", enrolment.familyName)
        line.add("given-names", enrolment.givenNames)
        line.add("called", enrolment.called)
        line.add("school-name", enrolment.school.name)
        line.add("school-oid", enrolment.school.oid)
        line.add("school-code", enrolment.school.code)
        line.add("group", enrolment.group)
        line.add("grade", number: enrolment.grade)
        line.add("home-municipality", enrolment.homeMunicipality)
        line.add("from", enrolment.span.from)
        line.add("through", enrolment.span.through)
        line.add("non-disclosure-from", enrolment.nonDisclosure?.from)
        line.add("non-disclosure-through", enrolment.nonDisclosure?.through)
        line.add("guardian-non-disclosure-from", enrolment.guardianNonDisclosure?.from)
        line.add("guardian-non-disclosure-through", enrolment.guardianNonDisclosure?.through)
        return line.finished()
    }
}

extension AbsenceRecord {
    /// Of a mark that is ignored, only what is read of it.
    var canonicalLine: String {
        var line = CanonicalLine()
        line.add("record", "absence")
        line.add("line", number: self.line)
        line.add("key", mark.key.rawValue)
        line.add("pupil", pupil.rawValue)
        if mark.markClass != .ignore {
            line.add("date", mark.date)
            line.add("start", mark.start?.description)
            line.add("minutes", number: mark.minutes)
        }
        line.add("class", mark.markClass.rawValue)
        line.add("code", mark.code)
        return line.finished()
    }
}

extension OfferedRecord {
    var canonicalLine: String {
        var line = CanonicalLine()
        line.add("record", "offered")
        line.add("line", number: self.line)
        line.add("key", offered.key.rawValue)
        switch subject {
        case .pupil(let pupil): line.add("pupil", pupil.rawValue)
        case .group(let group, let school):
            line.add("group", group.rawValue)
            line.add("school", school?.rawValue)
        }
        line.add("from", offered.from)
        line.add("through", offered.through)
        line.add("minutes", number: offered.minutes)
        line.add("quality", offered.quality.rawValue)
        return line.finished()
    }
}

extension ConsentRecord {
    var canonicalLine: String {
        var line = CanonicalLine()
        line.add("record", "consent")
        line.add("line", number: self.line)
        line.add("key", consent.key.rawValue)
        line.add("pupil", pupil.rawValue)
        line.add("giver", consent.giver.rawValue)
        line.add("purpose", consent.purpose.rawValue)
        line.add("recipient", consent.recipient.rawValue)
        line.add("scope", consent.scope.rawValue)
        line.add("given", consent.given)
        line.add("from", consent.span.from)
        line.add("through", consent.span.through)
        line.add("withdrawn", consent.withdrawn)
        return line.finished()
    }
}

extension Coverage {
    /// Without a school, all of them.
    var canonicalLine: String {
        var line = CanonicalLine()
        line.add("record", "coverage")
        line.add("school", school?.rawValue)
        line.add("from", from)
        line.add("through", through)
        return line.finished()
    }
}

extension RejectedRow {
    var canonicalLine: String {
        var line = CanonicalLine()
        line.add("rejected", kind.rawValue)
        line.add("line", number: self.line)
        line.add("key", key)
        line.add("reason", reason)
        line.add("fields", fields)
        line.add("digest", digest.rawValue)
        return line.finished()
    }
}
