import SiltaCore
import SiltaTesting
import Testing

/// More than the larger of 20 and 10 % is not believed.
struct WithdrawalGuardTests {
    private let today = day("2026-09-08")

    /// A register of one pupil a number, each with a mark and a consent, and an export without the last of them.
    private func exports(of known: Int, without lost: Int, _ kind: RecordKind) -> (Reading, Reading) {
        let cards = (0..<known).map { "card-\($0)" }
        let enrolments = cards.map { ($0, Example.enrolment($0)) }
        let marks = cards.map { ($0, Example.mark("m-\($0)", on: day("2026-08-20"))) }
        let consents = cards.map { ($0, Example.consent("c-\($0)")) }
        let left = known - lost
        let before: Reading
        let after: Reading
        switch kind {
        case .absence:
            (before, after) = (.export(enrolments, marks: marks), .export(enrolments, marks: Array(marks.prefix(left))))
        case .consent:
            (before, after) = (.export(enrolments, consents: consents), .export(enrolments, consents: Array(consents.prefix(left))))
        default: (before, after) = (.export(enrolments), .export(Array(enrolments.prefix(left))))
        }
        return (before, after)
    }

    @Test(arguments: [RecordKind.absence, .enrolment, .consent])
    func `the guard stands exactly at the larger of 20 rows and a tenth`(kind: RecordKind) {
        for (known, lost, isHeld) in [
            (20, 20, false), (21, 20, false), (21, 21, true), (30, 20, false), (30, 21, true), (200, 20, false), (200, 21, true),
            (210, 21, false), (210, 22, true), (300, 30, false), (300, 31, true), (309, 30, false), (309, 31, true), (400, 40, false),
        ] {
            let (before, after) = exports(of: known, without: lost, kind)
            var register = Register()
            register.poll(before, on: today)
            let decision = register.decide(after, on: today)
            let wanted = [Withdrawals(kind: kind, withdrawn: lost, known: known)]
            #expect(decision.held == (isHeld ? wanted : []), "\(lost) of \(known)")
            #expect((decision.events == nil) == isHeld, "\(lost) of \(known)")
        }
    }

    @Test func `of a held poll nothing is applied, and each kind is named`() {
        let (before, after) = exports(of: 100, without: 50, .enrolment)
        var both = before
        both.consents = (0..<100).map { ConsentRecord(pupil: RegisterKey("card-\($0)"), consent: Example.consent("c-\($0)"), line: 2) }
        var register = Register()
        register.poll(both, on: today)
        let held = register.decide(after, on: today)
        #expect(
            held.held.sorted { $0.kind < $1.kind } == [
                Withdrawals(kind: .consent, withdrawn: 100, known: 100), Withdrawals(kind: .enrolment, withdrawn: 50, known: 100),
            ])
        let pupils = register.pupils
        register.apply(held)
        #expect(register.pupils == pupils)
    }

    @Test func `what is accepted is applied whole`() {
        let (before, after) = exports(of: 100, without: 100, .absence)
        var register = Register()
        register.poll(before, on: today)
        let decision = register.poll(after, on: today, isAccepted: true)
        #expect(decision.completed?.changes.absencesWithdrawn == 100)
        #expect(register.pupils.values.allSatisfy { $0.account(of: Example.source)?.marks == [] })
    }

    @Test func `the tenth is of the marks that the poll covers`() {
        let marks = (0..<400).map { ("100", Example.mark("\($0)", on: day($0 < 250 ? "2026-08-20" : "2026-08-27"))) }
        var register = Register()
        register.poll(.export(marks: marks), on: today)
        let decision = register.decide(.export(marks: Array(marks.dropFirst(30)), through: day("2026-08-20")), on: today)
        #expect(decision.held == [Withdrawals(kind: .absence, withdrawn: 30, known: 250)])
    }

    @Test func `consents that have lapsed before are not counted again`() {
        let (before, after) = exports(of: 30, without: 20, .consent)
        var register = Register()
        register.poll(before, on: today)
        register.poll(after, on: today)
        var none = before
        none.consents = []
        let decision = register.decide(none, on: today)
        #expect(decision.completed?.changes.consentsLapsed == 10)
    }

    @Test func `the guard may be set otherwise`() {
        let moment = Moment(instant: instant("2026-09-08T12:00:00Z"), today: today)
        var comparison = PollComparison(
            source: Example.source, reading: .export(), moment: moment, limits: WithdrawalGuard(rows: 0, shareHundredths: 5000),
            isAccepted: false)
        comparison.identify(known: { _ in Example.pupil }, identities: { _ in Identities() }, newID: { Example.pupil })
        comparison.compare(Example.pupil(marks: [Example.mark("1", on: day("2026-08-20"))]))
        #expect(comparison.decide().held == [Withdrawals(kind: .absence, withdrawn: 1, known: 1)])
    }

    @Test func `the acceptance of a person lasts until a poll completes`() {
        var provider = Provider()
        let now = instant("2026-09-08T12:00:00Z")
        provider.evolve(.pollHeld([Withdrawals(kind: .absence, withdrawn: 30, known: 30)]), of: "primus", at: now)
        #expect(provider.sources["primus"]?.isNextAccepted == false)
        provider.evolve(.pollAccepted, of: "primus", at: now)
        provider.evolve(.pollFailed(reason: "the file is missing"), of: "primus", at: now)
        #expect(provider.sources["primus"]?.isNextAccepted == true)
        #expect(provider.sources["primus"]?.lastCompleted == nil)
        let completed = PollCompleted(rows: 0, quarantined: 3, changes: ChangeCounts(), coverage: [])
        provider.evolve(.pollCompleted(completed), of: "primus", at: now)
        #expect(provider.sources["primus"]?.isNextAccepted == false)
        #expect(provider.sources["primus"]?.quarantined == 3)
        #expect(provider.sources["primus"]?.lastCompleted == now)
    }
}
