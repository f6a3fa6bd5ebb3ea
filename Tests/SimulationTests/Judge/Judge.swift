import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog
import SiltaProof

/// A promise was broken.
struct Violation: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

func require(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
    if !condition { throw Violation(sentence()) }
}

/// Reads the log as it grows, entry by entry, together with what reaches the recipients, and says where it is not as promised.
struct Judge {
    /// A poll that is under way: applied only if the log says that it was completed.
    struct Staged {
        var reading: Reading
        var today: LocalDate
    }

    var knowledge: Knowledge
    var notices: [NoticeID: Notice] = [:]
    /// The notice of each message, by the message's id.
    var noticeOfMessage: [NoticeID: NoticeID] = [:]
    var staged: Staged?
    /// Whom the log has told of since the state was last looked at.
    var unseenPupils: Set<PupilID> = []
    var unseenNotices: Set<NoticeID> = []
    /// Of whom a notice was taken back since a delivery began: another may take its place.
    var takenBack: Set<PupilID> = []
    let limits: WithdrawalGuard
    let verifier: NoteVerifierKey
    let origin: LogOrigin

    private var next: Int64 = 0
    private var versions: [EventStream: Int64] = [:]
    private(set) var lastRecorded: Instant?
    private var commits: [Machine.Commit] = []
    /// How many messages have reached a door.
    var arrivals = 0

    init(setting: Setting, verifier: NoteVerifierKey, origin: LogOrigin) {
        knowledge = Knowledge(consentAge: setting.consentAge)
        limits = setting.limits
        self.verifier = verifier
        self.origin = origin
    }

    /// The judge's view of the time at which an entry was decided.
    struct Occasion {
        var position: Position
        var recorded: Instant
        var moment: Moment
        var isBehind: Bool
        var actor: Actor
    }

    /// Takes in everything that has happened since it looked last.
    mutating func observe(_ bridge: Bridge, _ machine: Machine, _ recipients: Recipients) throws {
        commits += machine.takeCommits()
        var arrivals = recipients.takeArrivals()[...]
        try bridge.log.read(from: Position(next)) { stored in
            while let arrival = arrivals.first, arrival.logSize <= stored.entry.position.value {
                arrivals.removeFirst()
                try receive(arrival, bridge)
            }
            try take(stored.entry, bridge)
        }
        for arrival in arrivals { try receive(arrival, bridge) }
    }

    private mutating func take(_ entry: Entry, _ bridge: Bridge) throws {
        let place = "at position \(entry.position), \(entry.type) of \(entry.stream)"
        try require(entry.position.value == next, "positions have a gap \(place)")
        next += 1
        try require(entry.version.value == (versions[entry.stream] ?? 0) + 1, "versions have a gap \(place)")
        versions[entry.stream] = entry.version.value
        try require(lastRecorded.map { $0 <= entry.recorded } ?? true, "recorded before the entry before it \(place)")
        lastRecorded = entry.recorded
        commits = Array(commits.drop { $0.size <= entry.position.value })
        let clock = commits.first?.clock ?? entry.recorded
        guard let event = try bridge.event(of: entry) else { throw Violation("cannot be read \(place)") }
        let occasion = Occasion(
            position: entry.position, recorded: entry.recorded, moment: Machine.moment(at: clock), isBehind: clock < entry.recorded,
            actor: entry.actor)
        do {
            switch event {
            case .provider(let event): take(event)
            case .source(_, let event): try take(event, occasion)
            case .pupil(let id, let event):
                unseenPupils.insert(id)
                try take(event, of: id)
            case .notice(let id, let event):
                unseenNotices.insert(id)
                try take(event, of: id, occasion)
            case .endpoint(let recipient, let event): take(event, of: recipient)
            case .access, .refused: break
            }
        } catch let violation as Violation {
            throw Violation("\(violation) — \(place), clock \(clock)\(occasion.isBehind ? ", behind the log" : "")")
        }
    }

    private mutating func take(_ event: ProviderEvent) {
        knowledge.hasChanged()
        switch event {
        case .calendarAdopted(let calendar): knowledge.calendar = calendar
        case .policyAdopted(let policy, _): knowledge.policy = policy
        case .routesAdopted(let adopted):
            for route in adopted.value where knowledge.routes.last(where: { $0.recipient == route.recipient })?.url != route.url {
                knowledge.doors[route.recipient] = nil
            }
            knowledge.routes = adopted.value
        case .disclosureOpened: knowledge.isDisclosureOpen = true
        case .disclosurePaused: knowledge.isDisclosureOpen = false
        case .clockPlayed, .clockReal: break
        }
    }

    private mutating func take(_ event: SourceEvent, _ occasion: Occasion) throws {
        switch event {
        case .pollCompleted, .pollHeld:
            guard let staged else { throw Violation("nobody polled") }
            let intake = knowledge.intake(staged.reading, today: staged.today, limits: limits)
            self.staged = nil
            if case .pollHeld = event {
                try require(intake.isHeld, "the guard held a poll that takes little away")
            } else {
                try require(!intake.isHeld, "a poll that takes too much away was applied")
                knowledge = intake.knowledge
                unseenPupils.formUnion(knowledge.people.keys)
                knowledge.lastCompleted = occasion.recorded
            }
        case .pollAccepted: knowledge.isNextAccepted = true
        case .pollFailed, .pollCovered, .rowsDropped, .rowsRetried, .rowsAged, .timetableRecorded, .timetableWithdrawn: break
        }
    }

    private mutating func take(_ event: PupilEvent, of id: PupilID) throws {
        switch event {
        case .identified(let names):
            for case .register(_, let card) in names {
                try require(knowledge.pupilOfCard[card] == nil, "one card is of two pupils")
                knowledge.pupilOfCard[card] = id
            }
            for case .oppijanumero(let number) in names {
                try require(knowledge.pupilOfNumber[number] == nil, "one learner number is of two pupils")
                knowledge.pupilOfNumber[number] = id
            }
        case .consentGiven(let consent): knowledge.people[id]?.entered[consent.key] = consent
        case .consentRefused(let refusal): knowledge.people[id]?.refusals.append(refusal)
        // What a source told is taken from its reading when its poll is completed; tiers are the judge's own.
        default: break
        }
    }

    private mutating func take(_ event: EndpointEvent, of recipient: RecipientID) {
        switch event {
        case .stopped: knowledge.doors[recipient, default: .init()].isStopped = true
        case .resumed: knowledge.doors[recipient] = nil
        }
    }
}
