extension RejectedRow {
    private static let unknownPupil = "the pupil is not among those of this export; there should be an enrolment of theirs"

    init(unknownPupilOf record: AbsenceRecord, file: String) {
        let mark = record.mark
        self.init(
            kind: .absence, file: file, line: record.line, key: mark.key.rawValue, reason: RejectedRow.unknownPupil,
            fields: [
                Field(name: "key", value: mark.key.rawValue), Field(name: "pupil", value: record.pupil.rawValue),
                Field(name: "date", value: mark.date.description), Field(name: "start", value: mark.start?.description ?? ""),
                Field(name: "minutes", value: String(mark.minutes)), Field(name: "code", value: mark.code),
            ])
    }

    init(unknownPupilOf record: OfferedRecord, file: String) {
        let offered = record.offered
        let pupil = if case .pupil(let key) = record.subject { key.rawValue } else { "" }
        self.init(
            kind: .offered, file: file, line: record.line, key: offered.key.rawValue, reason: RejectedRow.unknownPupil,
            fields: [
                Field(name: "key", value: offered.key.rawValue), Field(name: "pupil", value: pupil),
                Field(name: "from", value: offered.from.description), Field(name: "through", value: offered.through.description),
                Field(name: "minutes", value: String(offered.minutes)), Field(name: "quality", value: offered.quality.rawValue),
            ])
    }

    init(unknownPupilOf record: ConsentRecord, file: String) {
        let consent = record.consent
        self.init(
            kind: .consent, file: file, line: record.line, key: consent.key.rawValue, reason: RejectedRow.unknownPupil,
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
