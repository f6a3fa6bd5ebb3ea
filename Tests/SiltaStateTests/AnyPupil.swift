import SiltaCore
import SiltaTesting

/// Pupils that a seed repeats, with anything that a row of one may hold.
extension SeededRandom {
    mutating func anyPupil(_ id: PupilID) -> Pupil {
        var pupil = Pupil(id: id)
        for _ in 0..<number(0...12) { pupil.evolve(anyPupilEvent()) }
        return pupil
    }

    mutating func anyPupilEvent() -> PupilEvent {
        let source = anySource()
        switch number(0...14) {
        case 0: return .identified([.register(source, RegisterKey(text())), .oppijanumero(text()), .hetu(text())])
        case 1: return .enrolmentsRecorded(source, (0...number(0...3)).map { _ in anyEnrolment() })
        case 2: return .enrolmentsEnded(source, (0...3).map { _ in EnrolmentKey(anyKey()) }, last: anyDate())
        case 3, 4, 5: return .absencesRecorded(source, (0...number(0...40)).map { _ in anyMark() })
        case 6:
            return .absencesReclassified(
                source, (0...3).map { _ in .init(key: MarkKey(anyKey()), markClass: pick(MarkClass.allCases), code: text()) })
        case 7:
            return .absencesRetimed(
                source, (0...3).map { _ in .init(key: MarkKey(anyKey()), date: anyDate(), start: anyTime(), minutes: anyMinutes()) })
        case 8: return .absencesWithdrawn(source, (0...3).map { _ in MarkKey(anyKey()) })
        case 9: return .consentsRecorded(source, (0...number(0...3)).map { _ in anyConsent() })
        case 10: return .consentsLapsed(source, (0...3).map { _ in ConsentKey(anyKey()) }, pick(ToldConsent.Lapse.allCases))
        case 12:
            return .offeredRecorded(
                source,
                (0...number(0...5)).map { _ in
                    Offered(
                        key: OfferedKey(anyKey()), from: anyDate(), through: anyDate(), minutes: anyMinutes(),
                        quality: pick(Offered.Quality.allCases))
                })
        case 13: return .offeredWithdrawn(source, (0...3).map { _ in OfferedKey(anyKey()) })
        case 11:
            return chance(50)
                ? .consentGiven(anyConsent())
                : .consentRefused(Refusal(purpose: Purpose(text()), recipient: RecipientID(text()), on: anyDate()))
        default:
            return .tierReached(
                ReachedTier(policy: Digest(text()), schoolYear: anyDate(), tier: number(0...3), on: chance(50) ? anyDate() : nil))
        }
    }

    mutating func anySource() -> SourceID { pick(["primus", "wilma"]) }

    private mutating func anyDate() -> LocalDate { LocalDate(dayNumber: Int32(number(-200_000...200_000))) }
    private mutating func anySpan() -> DateSpan { DateSpan(from: anyDate(), through: chance(50) ? anyDate() : nil) }
    private mutating func anyKey() -> String { chance(80) ? "500\(number(0...60))" : text() }
    private mutating func anyTime() -> LocalTime? { chance(80) ? LocalTime(minuteOfDay: number(0...1439)) : nil }
    private mutating func anyMinutes() -> Int32 { chance(90) ? Int32(number(0...1440)) : pick([.min, .max]) }

    private mutating func anyMark() -> Mark {
        Mark(
            key: MarkKey(anyKey()), date: anyDate(), start: anyTime(), minutes: anyMinutes(), markClass: pick(MarkClass.allCases),
            code: chance(80) ? pick(["01", "111"]) : text())
    }

    private mutating func anyEnrolment() -> Enrolment {
        var school = School(name: text())
        if chance(50) { school.oid = text() }
        if chance(50) { school.code = text() }
        return Enrolment(
            key: EnrolmentKey(anyKey()), oppijanumero: chance(50) ? text() : nil, hetu: chance(50) ? text() : nil, familyName: text(),
            givenNames: text(), called: chance(50) ? text() : nil, school: school, group: chance(50) ? text() : nil,
            grade: number(-1...10), homeMunicipality: chance(50) ? text() : nil, span: anySpan(),
            nonDisclosure: chance(50) ? anySpan() : nil, guardianNonDisclosure: chance(50) ? anySpan() : nil)
    }

    private mutating func anyConsent() -> Consent {
        Consent(
            key: ConsentKey(anyKey()), giver: pick(Consent.Giver.allCases), purpose: Purpose(text()), recipient: RecipientID(text()),
            scope: ScopeID(text()), given: anyDate(), span: anySpan(), withdrawn: chance(50) ? anyDate() : nil)
    }
}
