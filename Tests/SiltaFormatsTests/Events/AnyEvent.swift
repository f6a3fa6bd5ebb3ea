import SiltaCore
import SiltaTesting

/// Events that a seed repeats, with any of what each may hold.
extension SeededRandom {
    mutating func maybe<Value>(_ make: (inout SeededRandom) -> Value) -> Value? { chance(50) ? make(&self) : nil }

    mutating func many<Value>(_ count: ClosedRange<Int> = 1...4, _ make: (inout SeededRandom) -> Value) -> [Value] {
        (0..<number(count)).map { _ in make(&self) }
    }

    mutating func anyDate() -> LocalDate { day("2026-08-12").adding(days: number(-400...700)) }
    mutating func anyInstant() -> Instant { Instant(milliseconds: Int64(number(0...4_000_000_000_000))) }
    mutating func anySpan() -> DateSpan { DateSpan(from: anyDate(), through: maybe { $0.anyDate() }) }
    mutating func anyKey() -> String { "k\(number(0...30))\(text(0...2))" }
    mutating func anyDigest() -> Digest { Digest(String(repeating: pick("0123456789abcdef"), count: 64)) }
    mutating func anySource() -> SourceID { pick(["primus", "wilma", "ä \"x\""]) }
    mutating func anyFields() -> Set<NoticeField> { Set(NoticeField.allCases.filter { _ in chance(50) }) }

    mutating func anySchool() -> School {
        School(oid: maybe { "1.2.246.562.10.\($0.number(1...9))" }, code: maybe { $0.text() }, name: text())
    }

    mutating func anyEnrolment() -> Enrolment {
        Enrolment(
            key: EnrolmentKey(anyKey()), oppijanumero: maybe { "1.2.246.562.24.\($0.number(1...9))" }, hetu: maybe { _ in "010112A900X" },
            familyName: text(), givenNames: text(), called: maybe { $0.text() }, school: anySchool(), group: maybe { $0.text() },
            grade: number(1...10), homeMunicipality: maybe { _ in "186" }, span: anySpan(), nonDisclosure: maybe { $0.anySpan() },
            guardianNonDisclosure: maybe { $0.anySpan() })
    }

    mutating func anyTime() -> LocalTime? { maybe { LocalTime(minuteOfDay: $0.number(0...1439))! } }

    mutating func anyMark() -> Mark {
        Mark(
            key: MarkKey(anyKey()), date: anyDate(), start: anyTime(), minutes: Int32(number(0...1000)),
            markClass: pick(MarkClass.allCases),
            code: text())
    }

    mutating func anyOffered() -> Offered {
        Offered(
            key: OfferedKey(anyKey()), from: anyDate(), through: anyDate(), minutes: Int32(number(0...90_000)),
            quality: pick(Offered.Quality.allCases))
    }

    mutating func anyConsent() -> Consent {
        Consent(
            key: ConsentKey(anyKey()), giver: pick(Consent.Giver.allCases), purpose: Purpose(text()), recipient: RecipientID(text()),
            scope: ScopeID(text()), given: anyDate(), span: anySpan(), withdrawn: maybe { $0.anyDate() })
    }

    mutating func anyReachedTier() -> ReachedTier {
        ReachedTier(policy: anyDigest(), schoolYear: anyDate(), tier: number(0...3), on: maybe { $0.anyDate() })
    }

    mutating func anyPupilEvent(_ count: ClosedRange<Int> = 1...4) -> PupilEvent {
        switch number(0...16) {
        case 0:
            .identified(
                [.register(anySource(), RegisterKey(anyKey())), .oppijanumero(text(1...9)), .hetu(text(1...9))].filter { _ in chance(70) })
        case 1: .enrolmentsRecorded(anySource(), many { $0.anyEnrolment() })
        case 2: .enrolmentsEnded(anySource(), many(count) { EnrolmentKey($0.anyKey()) }, last: anyDate())
        case 3: .absencesRecorded(anySource(), many(count) { $0.anyMark() })
        case 4:
            .absencesReclassified(
                anySource(), many(count) { .init(key: MarkKey($0.anyKey()), markClass: $0.pick(MarkClass.allCases), code: $0.text()) })
        case 5:
            .absencesRetimed(
                anySource(),
                many(count) {
                    .init(key: MarkKey($0.anyKey()), date: $0.anyDate(), start: $0.anyTime(), minutes: Int32($0.number(0...900)))
                })
        case 6: .absencesWithdrawn(anySource(), many(count) { MarkKey($0.anyKey()) })
        case 7: .consentsRecorded(anySource(), many { $0.anyConsent() })
        case 8: .consentsLapsed(anySource(), many(count) { ConsentKey($0.anyKey()) }, pick(ToldConsent.Lapse.allCases))
        case 9: .consentGiven(anyConsent())
        case 10: .consentRefused(Refusal(purpose: Purpose(text()), recipient: RecipientID(text()), on: anyDate()))
        case 11: .tierReached(anyReachedTier())
        case 14: .merged(into: PupilID(bits: bits()), why: maybe { $0.text() })
        case 15: .split(from: PupilID(bits: bits()), why: maybe { $0.text() })
        case 12: .offeredRecorded(anySource(), many(count) { $0.anyOffered() })
        case 13: .offeredWithdrawn(anySource(), many(count) { OfferedKey($0.anyKey()) })
        default: .tierCorrected(anyReachedTier())
        }
    }

    mutating func anyRule() -> NoticeRule {
        NoticeRule(
            id: RuleID(text()), tier: number(1...3), service: ServiceID(text()), purpose: Purpose(text()),
            release: pick(NoticeRule.Release.allCases),
            include: anyFields(), deadline: .milliseconds(number(0...9_999_999_999)),
            contact: maybe { .init(role: $0.text(), phone: $0.maybe { $0.text() }) })
    }

    mutating func anyBasis() -> Basis {
        Basis(
            consent: ConsentKey(anyKey()), origin: chance(50) ? .person : .source(anySource()), giver: pick(Consent.Giver.allCases),
            given: anyDate(),
            scope: ScopeID(text()), allows: anyFields())
    }

    mutating func anyOutcome() -> Outcome {
        switch number(0...2) {
        case 0: .delivered(status: number(200...299))
        case 1:
            .failed(
                .init(
                    status: maybe { $0.number(300...599) }, reason: text(), retryAfter: maybe { .milliseconds($0.number(0...100_000_000)) })
            )
        default: .unknown(reason: text())
        }
    }

    mutating func anyPreparation() -> Preparation {
        Preparation(
            pupil: PupilID(bits: bits()), rule: anyRule(),
            facts: .init(
                policy: anyDigest(), schoolYear: anyDate(), tier: number(1...3), reachedOn: anyDate(), from: anyDate(), through: anyDate(),
                absentMinutes: number(0...90_000), expectedMinutes: number(0...90_000), expected: pick(Assessment.Expected.allCases),
                expectedDays: maybe { ExpectedDays(offered: $0.number(0...9), scheduled: $0.number(0...9), statutory: $0.number(0...9)) },
                minutesByClass: Dictionary(many { ($0.pick(MarkClass.allCases), $0.number(0...9999)) }, uniquingKeysWith: { $1 }),
                school: anySchool(),
                grade: number(1...9)))
    }

    mutating func anyNoticeEvent() -> NoticeEvent {
        let kind = pick(Message.Kind.allCases)
        switch number(0...9) {
        case 0: return .prepared(anyPreparation())
        case 1: return .held(pick(HoldReason.allCases))
        case 2: return .readied(RecipientID(text()))
        case 3: return .released
        case 4:
            return .composed(
                Composition(
                    kind: kind, id: NoticeID(random: bits()), recipient: RecipientID(text()), basis: maybe { $0.anyBasis() },
                    fields: anyFields()))
        case 5: return .attemptBegun(kind, Attempt(number: number(1...20), isProbe: chance(50)), basis: maybe { $0.anyBasis() })
        case 6:
            return .attemptEnded(
                kind, anyOutcome(), next: pick([.nothing, .retry(at: anyInstant()), .giveUp(pick(FailureReason.allCases))]))
        case 7: return .withdrawn(pick(WithdrawalReason.allCases))
        case 8: return .failed(pick(FailureReason.allCases))
        default: return .retried
        }
    }
}
