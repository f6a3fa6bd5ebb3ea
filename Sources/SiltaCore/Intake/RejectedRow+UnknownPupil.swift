extension RejectedRow {
    /// Why the rows of a register key are nobody's.
    static func unknownPupil(keysOf source: SourceID?) -> String {
        source.map { "the pupil is not among those that the source \($0) has told of; there should be an enrolment of theirs" }
            ?? "the pupil is not among those of this export; there should be an enrolment of theirs"
    }

    /// Why it cannot be said whose the rows of a register key are.
    static let conflictingIdentities =
        "conflicting identities: the register key, learner number and identity code do not all point to one pupil; they should, or a "
        + "person should say who is one"

    init(conflicting record: EnrolmentRecord, file: String) {
        let enrolment = record.enrolment
        let fields: [(String, String?)] = [
            ("key", enrolment.key.rawValue), ("pupil", record.pupil.rawValue), ("oppijanumero", enrolment.oppijanumero),
            ("hetu", enrolment.hetu), ("family-name", enrolment.familyName), ("given-names", enrolment.givenNames),
            ("called", enrolment.called), ("school-name", enrolment.school.name), ("school-oid", enrolment.school.oid),
            ("school-code", enrolment.school.code), ("group", enrolment.group), ("grade", String(enrolment.grade)),
            ("home-municipality", enrolment.homeMunicipality), ("from", enrolment.span.from.description),
            ("through", enrolment.span.through?.description),
        ]
        self.init(
            kind: .enrolment, file: file, line: record.line, key: enrolment.key.rawValue, reason: RejectedRow.conflictingIdentities,
            fields: fields.compactMap { name, value in value.map { Field(name: name, value: $0) } })
    }

    init(_ record: AbsenceRecord, file: String, reason: String) {
        let mark = record.mark
        self.init(
            kind: .absence, file: file, line: record.line, key: mark.key.rawValue, reason: reason,
            fields: [
                Field(name: "key", value: mark.key.rawValue), Field(name: "pupil", value: record.pupil.rawValue),
                Field(name: "date", value: mark.date.description), Field(name: "start", value: mark.start?.description ?? ""),
                Field(name: "minutes", value: String(mark.minutes)), Field(name: "class", value: mark.markClass.rawValue),
                Field(name: "code", value: mark.code),
            ])
    }

    init(_ record: OfferedRecord, file: String, reason: String) {
        let offered = record.offered
        let pupil = if case .pupil(let key) = record.subject { key.rawValue } else { "" }
        self.init(
            kind: .offered, file: file, line: record.line, key: offered.key.rawValue, reason: reason,
            fields: [
                Field(name: "key", value: offered.key.rawValue), Field(name: "pupil", value: pupil),
                Field(name: "from", value: offered.from.description), Field(name: "through", value: offered.through.description),
                Field(name: "minutes", value: String(offered.minutes)), Field(name: "quality", value: offered.quality.rawValue),
            ])
    }

    init(_ record: ConsentRecord, file: String, reason: String) {
        let consent = record.consent
        self.init(
            kind: .consent, file: file, line: record.line, key: consent.key.rawValue, reason: reason,
            fields: [
                Field(name: "key", value: consent.key.rawValue), Field(name: "pupil", value: record.pupil.rawValue),
                Field(name: "giver", value: consent.giver.rawValue), Field(name: "purpose", value: consent.purpose.rawValue),
                Field(name: "recipient", value: consent.recipient.rawValue), Field(name: "scope", value: consent.scope.rawValue),
                Field(name: "given", value: consent.given.description), Field(name: "from", value: consent.span.from.description),
                Field(name: "through", value: consent.span.through?.description ?? ""),
                Field(name: "withdrawn", value: consent.withdrawn?.description ?? ""),
            ])
    }
}
