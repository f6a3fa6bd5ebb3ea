import SiltaCore
import SiltaFormats
import SiltaTesting
import Testing

/// The log gives back what was put into it.
struct EventCodecTests {
    @Test func `a pupil folds to the same from the log as from the events`() throws {
        for seed in UInt64(1)...200 {
            var random = SeededRandom(seed: seed)
            var trip = LogTrip()
            var direct = Pupil(id: Example.pupil)
            var read = direct
            for _ in 0..<12 {
                let event = random.anyPupilEvent()
                direct.evolve(event)
                for case .pupil(let id, let event) in try trip.read(.pupil(Example.pupil, event)) {
                    #expect(id == Example.pupil)
                    read.evolve(event)
                }
            }
            #expect(read == direct, "seed \(seed)")
            #expect(try Pupil(json: JSON.parse(direct.json.bytes)) == direct, "stored, seed \(seed)")
            #expect(direct.json.bytes == read.json.bytes, "to the byte, seed \(seed)")
        }
    }

    @Test func `a large event is several entries, each of which fits a line, and means the same`() throws {
        for seed in UInt64(1)...3 {
            var random = SeededRandom(seed: seed)
            var trip = LogTrip()
            let marks = (0..<3000).map { number -> Mark in
                var mark = random.anyMark()
                mark.key = MarkKey("\(number)")
                return mark
            }
            let keys = marks.map(\.key)
            var direct = Pupil(id: Example.pupil)
            var read = direct
            for event in [
                .absencesRecorded("primus", marks),
                .absencesReclassified("primus", keys.map { .init(key: $0, markClass: .health, code: random.text(0...30)) }),
                .absencesRetimed("primus", keys.map { .init(key: $0, date: random.anyDate(), start: random.anyTime(), minutes: 30) }),
                .enrolmentsRecorded("primus", random.many(400...400) { $0.anyEnrolment() }),
                .consentsRecorded("primus", random.many(900...900) { $0.anyConsent() }),
                .absencesWithdrawn("primus", Array(keys.dropLast(5))),
            ] as [PupilEvent] {
                direct.evolve(event)
                let entries = try trip.entries(of: .pupil(Example.pupil, event))
                #expect(entries.count > 1 || event == .absencesWithdrawn("primus", Array(keys.dropLast(5))))
                for entry in entries {
                    #expect(entry.line.count < Entry.maximumBytes)
                    if case .pupil(_, let event) = try EventCodec.decode(Entry(line: entry.line), secret: LogTrip.secret(of: entry)) {
                        read.evolve(event)
                    }
                }
            }
            #expect(read == direct, "seed \(seed)")
        }
    }

    @Test func `what does not fit an entry is several entries, also what a poll claims to cover`() throws {
        var trip = LogTrip()
        let claims = (0..<2000).map { number in
            Coverage(school: SchoolID("1.2.246.562.10.\(10_000_000_000 + number)"), from: day("2026-08-12"), through: day("2026-10-05"))
        }
        let completed = PollCompleted(rows: 1, quarantined: 0, changes: ChangeCounts(), coverage: claims)
        for entry in try trip.entries(of: .source("primus", .pollCompleted(completed))) { #expect(entry.line.count <= Entry.maximumBytes) }
    }

    @Test func `a notice folds to the same from the log as from the events`() throws {
        for seed in UInt64(1)...300 {
            var random = SeededRandom(seed: seed)
            var trip = LogTrip()
            let preparation = random.anyPreparation()
            var direct = Referral(id: Example.notice, preparation: preparation, recorded: random.anyInstant())
            var read = direct
            for step in 0..<15 {
                let event = random.anyNoticeEvent()
                let recorded = random.anyInstant()
                direct.evolve(event, at: Position(Int64(step)), recorded: recorded)
                let events = try trip.read(.notice(Example.notice, event))
                #expect(events == [.notice(Example.notice, event)], "seed \(seed)")
                for case .notice(_, let event) in events { read.evolve(event, at: Position(Int64(step)), recorded: recorded) }
            }
            #expect(read == direct, "seed \(seed)")
            #expect(try Referral(json: JSON.parse(direct.json.bytes)) == direct, "stored, seed \(seed)")
        }
    }

    @Test func `a provider folds to the same from the log as from the events`() throws {
        for seed in UInt64(1)...200 {
            var random = SeededRandom(seed: seed)
            var trip = LogTrip()
            var direct = Provider()
            var read = direct
            var sources: Set<SourceID> = []
            for _ in 0..<12 {
                let recorded = random.anyInstant()
                let (source, recipient) = (random.anySource(), RecipientID(random.anyKey()))
                sources.insert(source)
                let any: Event = random.pick([
                    .provider(random.anyProviderEvent()), .source(source, random.anySourceEvent()),
                    .endpoint(recipient, random.chance(50) ? .resumed : .stopped(status: random.number(400...499))),
                    .notice(Example.notice, .attemptEnded(.referral, random.anyOutcome(), next: .nothing)),
                ])
                let events = try trip.read(any)
                #expect(events == [any], "seed \(seed)")
                direct.evolve(any, recipient, recorded)
                for event in events { read.evolve(event, recipient, recorded) }
            }
            #expect(read == direct, "seed \(seed)")
            // The timetable is not in it: the state has its rows in a table of their own.
            var stored = try Provider(json: JSON.parse(direct.json.bytes))
            for source in sources { stored.restore(direct.timetable.told(by: source), of: source) }
            #expect(stored == direct, "stored, seed \(seed)")
            #expect(direct.json.bytes == read.json.bytes, "to the byte, seed \(seed)")
        }
    }

    @Test func `an access reads back as it was made`() throws {
        for seed in UInt64(1)...100 {
            var random = SeededRandom(seed: seed)
            var trip = LogTrip()
            let event = Event.access(random.anyAccess())
            #expect(try trip.read(event) == [event], "seed \(seed)")
        }
    }

    @Test func `an endpoint's huge Retry-After does not end the process`() async {
        await #expect(processExitsWith: .success) {
            let outcome = Outcome(status: 503, retryAfter: .seconds(Int64.max))
            _ = EventCodec.encode(.notice(Example.notice, .attemptEnded(.referral, outcome, next: .nothing)))
        }
    }

    @Test func `a claim about a school without a name stays one about that school`() throws {
        let coverage = CoverageReached(through: ["": day("2026-09-08"), "a": day("2026-09-09")])
        #expect(try CoverageReached(json: coverage.json) == coverage)
    }

    @Test func `an unknown type is refused with its name`() throws {
        for (stream, type) in [
            (EventStream.provider, "calendar.adopted.v2"), (.source("a"), "poll.completed"), (.pupil(Example.pupil), "absence.recorded.v9"),
            (.notice(Example.notice), "poll.failed.v1"), (.endpoint("a"), ""), (.access, "access.made.v2"),
        ] {
            let entry = Entry(
                position: Position(1), stream: stream, version: StreamVersion(1), type: type, recorded: Instant(milliseconds: 0),
                actor: .person("m"),
                payload: [:])
            #expect(throws: EntryError("the type \"\(type)\" is not known to this version of Silta; a newer one wrote it")) {
                try EventCodec.decode(entry, secret: nil)
            }
        }
    }

    @Test func `nothing of a pupil stands in the clear`() throws {
        let canary = "KANARIA"
        var pupil = Example.enrolment()
        (pupil.familyName, pupil.givenNames, pupil.called, pupil.hetu, pupil.oppijanumero) = (canary, canary, canary, canary, canary)
        var mark = Example.mark(canary, on: day("2026-08-12"))
        mark.code = canary
        var random = SeededRandom(seed: 1)
        var preparation = random.anyPreparation()
        preparation.facts.school.name = canary
        let basis = Basis(
            consent: ConsentKey(canary), origin: .person, giver: .pupil, given: day("2026-08-12"), scope: ScopeID(canary), allows: [])
        let composition = Composition(kind: .referral, id: Example.notice, recipient: "hva", basis: basis, fields: [.identity])
        let composed = ComposedMessage(composition: composition, body: Array(canary.utf8), salt: random.bytes(32)).eventBytes
        var all = [composed]
        for event in [
            .pupil(Example.pupil, .identified([.hetu(canary), .oppijanumero(canary), .register("primus", RegisterKey(canary))])),
            .pupil(Example.pupil, .enrolmentsRecorded("primus", [pupil])), .pupil(Example.pupil, .absencesRecorded("primus", [mark])),
            .pupil(Example.pupil, .absencesReclassified("primus", [.init(key: mark.key, markClass: .health, code: canary)])),
            .pupil(Example.pupil, .absencesWithdrawn("primus", [mark.key])), .pupil(Example.pupil, .consentGiven(Example.consent(canary))),
            .pupil(Example.pupil, .consentsLapsed("primus", [ConsentKey(canary)], .absent)),
            .notice(Example.notice, .prepared(preparation)),
            .notice(Example.notice, .composed(composition)),
            .notice(Example.notice, .attemptBegun(.referral, Attempt(number: 1, isProbe: false), basis: basis)),
            .access(AccessEvent(pupil: Example.pupil, what: "pupil show", fields: ["tier"], why: canary)),
        ] as [Event] { all += EventCodec.encode(event) }
        for bytes in all {
            #expect(bytes.secret.map { String(decoding: $0, as: UTF8.self) }?.contains(canary) == true, "\(bytes.type)")
            #expect(bytes.payload?.text.contains(canary) != true, "\(bytes.type)")
        }
    }
}

extension Provider {
    fileprivate mutating func evolve(_ event: Event, _ recipient: RecipientID, _ recorded: Instant) {
        switch event {
        case .provider(let event): evolve(event)
        case .source(let id, let event): evolve(event, of: id, at: recorded)
        case .endpoint(let id, let event): evolve(event, of: id)
        case .notice(_, .attemptEnded(_, let outcome, _)): evolve(outcome: outcome, of: recipient, at: recorded)
        default: break
        }
    }
}
