import SiltaCore
import SiltaTesting
import Testing

struct AdoptionTests {
    private func wanted(_ calendar: Digest = "c", _ policy: Digest = "p", _ routes: Digest = "r", isOpen: Bool = true) -> Wanted {
        Wanted(
            calendar: .init(digest: calendar, value: Example.schoolYear), policy: .init(digest: policy, value: Example.policy),
            policyText: "policy: sky",
            routes: .init(digest: routes, value: [Example.route]), isDisclosureOpen: isOpen)
    }

    @Test func `what differs is adopted, once`() {
        var provider = Provider()
        #expect(!provider.isDisclosureOpen, "nothing leaves until somebody opens it")
        let events = provider.adopt(wanted())
        #expect(events.count == 4)
        for event in events { provider.evolve(event) }
        #expect(provider.adopt(wanted()) == [])
        #expect(provider.adopt(wanted(isOpen: false)) == [.disclosurePaused])
        #expect(provider.adopt(wanted("c", "p2")) == [.policyAdopted(.init(digest: "p2", value: Example.policy), text: "policy: sky")])
        #expect(provider.adopt(wanted("c2")) == [.calendarAdopted(.init(digest: "c2", value: Example.schoolYear))])
        #expect(provider.adopt(wanted("c", "p", "r2")) == [.routesAdopted(.init(digest: "r2", value: [Example.route]))])
    }

    @Test func `a stream reads back as it is written, and nothing else is one`() {
        for stream in [
            EventStream.provider, .access, .source("primus"), .endpoint("hva/a"), .pupil(Example.pupil), .notice(Example.notice),
        ] {
            #expect(EventStream(stream.description) == stream)
        }
        for text in [
            "", "/", "provider/", "provider/x", "pupil", "pupil/", "pupil/3F0C", "notice/1", "source/", "source", "access/1", "Pupil/x",
            " provider",
            "notice/\(Example.notice.description.uppercased())",
        ] {
            #expect(EventStream(text) == nil, "\(text)")
        }
    }

    @Test func `an actor reads back as it is written, and nothing else is one`() {
        for actor in [Actor.source("primus"), .service("assessment"), .person("maija"), .person("DOMAIN/maija")] {
            #expect(Actor(actor.description) == actor)
        }
        for text in ["", "/", "person", "person/", "/person/maija", "robot/x", " person/x", "//person/maija"] {
            #expect(Actor(text) == nil, "\(text)")
        }
    }

    @Test func `a notice's identifier is a UUID of version 4`() {
        var random = SeededRandom(seed: 4)
        for _ in 0..<200 {
            let id = NoticeID(random: random.bits())
            let text = Array(id.description)
            #expect(text.count == 36 && text[14] == "4" && "89ab".contains(text[19]))
            #expect(NoticeID(id.description) == id)
            let pupil = PupilID(bits: random.bits() >> UInt128(random.number(0...100)))
            #expect(pupil.description.utf8.count == 32)
            #expect(PupilID(pupil.description) == pupil)
        }
    }

    @Test func `equal identifiers are in no order, and different ones are`() {
        let looks: [RegisterKey] = ["\u{E5}", "a\u{30A}"]
        #expect(looks[0] != looks[1], "bytes decide: one of the two comes first")
    }
}
