import SiltaCore
import SiltaTesting

extension SeededRandom {
    mutating func anyPolicy() -> Policy {
        let periods: [Policy.Period] = [.schoolYear, .term, .last(schoolDays: number(1...90))]
        let thresholds: [Threshold] = [.share(hundredths: number(1...9999)), .lessons(number(1...99)), .minutes(number(1...9999))]
        return Policy(
            name: text(), grades: many { $0.number(1...9) }, period: pick(periods),
            scopes: Dictionary(many { (ScopeID($0.anyKey()), $0.anyFields()) }, uniquingKeysWith: { $1 }),
            counts: Set(many { $0.pick(MarkClass.allCases) }), minimumSchoolDays: number(1...40),
            tiers: many { TierRule(tier: $0.number(1...3), threshold: $0.pick(thresholds), isInclusive: $0.chance(50)) },
            notices: many { $0.anyRule() })
    }

    mutating func anySchoolYear() -> SchoolYear {
        let start = anyDate()
        return SchoolYear(
            start: start, end: start.adding(days: number(0...300)),
            terms: many { .init(name: $0.text(), from: $0.anyDate(), through: $0.anyDate()) },
            holidays: many { $0.anySpan() }, extraDays: many { $0.anyDate() })
    }

    mutating func anyRoute() -> Route {
        Route(
            recipient: RecipientID(anyKey()), name: text(), services: Set(many { ServiceID($0.text()) }),
            schools: maybe { random in
                if random.chance(50) { .all } else { .listed(Set(random.many(0...3) { SchoolID($0.anyKey()) })) }
            }, municipalities: maybe { Set($0.many(0...3) { String($0.number(100...999)) }) }, valid: maybe { $0.anySpan() }, url: text())
    }

    mutating func anyProviderEvent() -> ProviderEvent {
        switch number(0...6) {
        case 0: .calendarAdopted(.init(digest: anyDigest(), value: anySchoolYear()))
        case 1: .policyAdopted(.init(digest: anyDigest(), value: anyPolicy()), text: text())
        case 2: .routesAdopted(.init(digest: anyDigest(), value: many(0...3) { $0.anyRoute() }))
        case 3: .disclosureOpened
        case 4: .disclosurePaused
        case 5: .clockPlayed
        default: .clockReal
        }
    }

    mutating func anySourceEvent() -> SourceEvent {
        switch number(0...8) {
        case 0:
            var counts = ChangeCounts()
            (counts.pupils, counts.enrolmentsRecorded, counts.enrolmentsEnded) = (number(0...9), number(0...9), number(0...9))
            (counts.absencesRecorded, counts.absencesReclassified, counts.absencesRetimed) = (number(0...9), number(0...9), number(0...9))
            (counts.absencesWithdrawn, counts.consentsRecorded, counts.consentsLapsed) = (number(0...9), number(0...9), number(0...9))
            (counts.offeredRecorded, counts.offeredWithdrawn) = (number(0...9), number(0...9))
            return .pollCompleted(
                PollCompleted(
                    rows: number(0...99), quarantined: number(0...9), changes: counts,
                    coverage: many(0...3) {
                        Coverage(school: $0.maybe { SchoolID($0.anyKey()) }, from: $0.anyDate(), through: $0.anyDate())
                    },
                    cursor: maybe { $0.text() }))
        case 1: return .pollFailed(reason: text())
        case 2:
            return .pollHeld(
                many { Withdrawals(kind: $0.pick(RecordKind.allCases), withdrawn: $0.number(0...99), known: $0.number(0...99)) })
        case 3: return .rowsDropped(many { QuarantineID($0.text()) })
        case 4: return .rowsRetried(number(0...99))
        case 5: return .rowsAged(number(0...99))
        case 6:
            return .timetableRecorded(
                many { GroupOffered(group: GroupName($0.text()), school: $0.maybe { SchoolID($0.anyKey()) }, offered: $0.anyOffered()) })
        case 7: return .timetableWithdrawn(many { OfferedKey($0.anyKey()) })
        default: return .pollAccepted
        }
    }

    mutating func anyAccess() -> AccessEvent {
        AccessEvent(
            pupil: maybe { PupilID(bits: $0.bits()) }, notice: maybe { NoticeID(random: $0.bits()) }, what: text(),
            fields: many(0...3) { $0.text() },
            why: maybe { $0.text() })
    }
}
