import SiltaCore

/// What the bridge ought to know, worked out plainly from what it was told; the judge trusts this and nothing of the rules
/// under test.
struct Knowledge {
    struct Told<Record> {
        var record: Record
        /// For an enrolment, the last day; for a consent, that it is no basis now.
        var ended: LocalDate?
        var lapse: ToldConsent.Lapse?
    }

    struct Person {
        var enrolments: [EnrolmentKey: Told<Enrolment>] = [:]
        var marks: [MarkKey: Mark] = [:]
        var offered: [OfferedKey: Offered] = [:]
        var consents: [ConsentKey: Told<Consent>] = [:]
        var entered: [ConsentKey: Consent] = [:]
        var refusals: [Refusal] = []
    }

    /// A bad row, by its kind and line.
    struct BadRow: Hashable {
        var kind: RecordKind
        var line: Int32
        var hasKey: Bool
        var name: String
    }

    /// How an endpoint has answered lately.
    struct Door {
        var troubles = 0
        var closedUntil: Instant?
        var isStopped = false
    }

    var people: [PupilID: Person] = [:]
    var pupilOfCard: [RegisterKey: PupilID] = [:]
    var pupilOfNumber: [String: PupilID] = [:]
    var coverage: [SchoolID?: LocalDate] = [:]
    var lastCompleted: Instant?
    var isNextAccepted = false
    var quarantine: [String: BadRow] = [:]
    var calendar: Provider.Adopted<SchoolYear>?
    var policy: Provider.Adopted<Policy>?
    var routes: [Route] = []
    var isDisclosureOpen = false
    var doors: [RecipientID: Door] = [:]
    let consentAge: Duration
    var tallies: [PupilID: Tally?] = [:]

    init(consentAge: Duration) { self.consentAge = consentAge }

    /// Forgets what was worked out before something changed.
    mutating func hasChanged() { tallies.removeAll(keepingCapacity: true) }
}

extension Knowledge.Person {
    /// In order of their first days, each as long as it lasted.
    var timeline: [Enrolment] {
        enrolments.values.map { told in
            var enrolment = told.record
            if let ended = told.ended, enrolment.span.through.map({ ended < $0 }) ?? true { enrolment.span.through = ended }
            return enrolment
        }.sorted { ($0.span.from, $0.key) < ($1.span.from, $1.key) }
    }
}

func isWithin(_ day: LocalDate, _ span: DateSpan) -> Bool {
    guard span.from <= day else { return false }
    guard let last = span.through else { return true }
    return day <= last
}
