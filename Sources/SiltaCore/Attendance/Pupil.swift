/// A pupil as the log knows them: what each source has told, what people have entered, the tier they have reached.
public struct Pupil: Hashable, Sendable {
    public let id: PupilID
    /// Every name by which a register knows them, in order of appearance.
    public private(set) var aliases: [Alias] = []
    /// By source, in order of the source's id.
    public private(set) var accounts: [Account] = []
    /// Consents that people entered, by key.
    public private(set) var enteredConsents: [Consent] = []
    /// What people took back, whatever a register says.
    public private(set) var refusals: [Refusal] = []
    public private(set) var reached: ReachedTier?

    public init(id: PupilID) {
        self.id = id
    }

    /// Puts a pupil together from its stored parts.
    public init(
        id: PupilID, aliases: [Alias], accounts: [Account], enteredConsents: [Consent], refusals: [Refusal], reached: ReachedTier?
    ) {
        self.id = id
        self.aliases = aliases
        self.accounts = accounts
        self.enteredConsents = enteredConsents
        self.refusals = refusals
        self.reached = reached
    }

    public func account(of source: SourceID) -> Account? {
        accounts.first { $0.source == source }
    }

    /// What every source has told, in order of their first days.
    public var enrolments: [Enrolment] {
        accounts.flatMap { $0.enrolments.map(\.effective) }.sorted { ($0.span.from, $0.key) < ($1.span.from, $1.key) }
    }

    /// The first of the enrolments that holds on a day.
    public func enrolment(on day: LocalDate) -> Enrolment? {
        enrolments.first { $0.span.contains(day) }
    }

    /// Gone from the day after the last enrolment's end.
    public func hasLeft(on day: LocalDate) -> Bool {
        guard let last = enrolments.last else { return true }
        return last.span.through.map { $0 < day } ?? false
    }
}

/// A name by which a register or the state knows a person.
public enum Alias: Hashable, Sendable {
    case register(SourceID, RegisterKey)
    case oppijanumero(String)
    case hetu(String)
}

/// What one source has told of one pupil.
public struct Account: Hashable, Sendable {
    public let source: SourceID
    /// By key.
    public internal(set) var enrolments: [ToldEnrolment] = []
    /// By key.
    public internal(set) var marks: [Mark] = []
    /// By key.
    public internal(set) var offered: [Offered] = []
    /// By key.
    public internal(set) var consents: [ToldConsent] = []

    public init(
        source: SourceID, enrolments: [ToldEnrolment] = [], marks: [Mark] = [], offered: [Offered] = [], consents: [ToldConsent] = []
    ) {
        self.source = source
        self.enrolments = enrolments
        self.marks = marks
        self.offered = offered
        self.consents = consents
    }
}

public struct ToldEnrolment: Hashable, Sendable {
    public var enrolment: Enrolment
    /// The last day, where the source has stopped telling of it.
    public var ended: LocalDate?

    public init(enrolment: Enrolment, ended: LocalDate? = nil) {
        self.enrolment = enrolment
        self.ended = ended
    }

    /// With the day on which it ended by silence.
    var effective: Enrolment {
        guard let ended else { return enrolment }
        var cut = enrolment
        cut.span.through = min(ended, enrolment.span.through ?? ended)
        return cut
    }
}

public struct ToldConsent: Hashable, Sendable {
    /// Why the source's telling is no basis at present.
    public enum Lapse: String, CaseIterable, Sendable {
        /// It is no longer in a complete export: it counts as withdrawn until it is there again.
        case absent
        /// Its row cannot be read.
        case unreadable
    }

    public var consent: Consent
    public var lapse: Lapse?

    public init(consent: Consent, lapse: Lapse? = nil) {
        self.consent = consent
        self.lapse = lapse
    }
}

/// A person's withdrawal: it outlasts a register's telling until a consent that was given later.
public struct Refusal: Hashable, Sendable {
    public var purpose: Purpose
    public var recipient: RecipientID
    public var on: LocalDate

    public init(purpose: Purpose, recipient: RecipientID, on: LocalDate) {
        self.purpose = purpose
        self.recipient = recipient
        self.on = on
    }
}

/// The highest tier of a school year under a policy, as the log last said it.
public struct ReachedTier: Hashable, Sendable {
    public var policy: Digest
    /// The school year's first day.
    public var schoolYear: LocalDate
    public var tier: Int
    /// Nil for tier 0.
    public var on: LocalDate?

    public init(policy: Digest, schoolYear: LocalDate, tier: Int, on: LocalDate?) {
        self.policy = policy
        self.schoolYear = schoolYear
        self.tier = tier
        self.on = on
    }
}

// MARK: - Events

public enum PupilEvent: Hashable, Sendable {
    case identified([Alias])
    /// New, changed, or there again.
    case enrolmentsRecorded(SourceID, [Enrolment])
    /// No longer in a complete export.
    case enrolmentsEnded(SourceID, [EnrolmentKey], last: LocalDate)
    case absencesRecorded(SourceID, [Mark])
    case absencesReclassified(SourceID, [Reclassification])
    case absencesRetimed(SourceID, [Retiming])
    case absencesWithdrawn(SourceID, [MarkKey])
    case offeredRecorded(SourceID, [Offered])
    case offeredWithdrawn(SourceID, [OfferedKey])
    case consentsRecorded(SourceID, [Consent])
    case consentsLapsed(SourceID, [ConsentKey], ToldConsent.Lapse)
    /// By a person.
    case consentGiven(Consent)
    case consentRefused(Refusal)
    /// They are the same person as another, and one with them from here on; why, where a person said so.
    case merged(into: PupilID, why: String?)
    /// They are another person after all.
    case split(from: PupilID, why: String?)
    case tierReached(ReachedTier)
    /// Corrected facts lowered it.
    case tierCorrected(ReachedTier)

    public struct Reclassification: Hashable, Sendable {
        public var key: MarkKey
        public var markClass: MarkClass
        public var code: String

        public init(key: MarkKey, markClass: MarkClass, code: String) {
            self.key = key
            self.markClass = markClass
            self.code = code
        }
    }

    public struct Retiming: Hashable, Sendable {
        public var key: MarkKey
        public var date: LocalDate
        public var start: LocalTime?
        public var minutes: Int32

        public init(key: MarkKey, date: LocalDate, start: LocalTime?, minutes: Int32) {
            self.key = key
            self.date = date
            self.start = start
            self.minutes = minutes
        }
    }
}

extension Pupil {
    public mutating func evolve(_ event: PupilEvent) {
        switch event {
        case .identified(let names):
            for name in names where !aliases.contains(name) { aliases.append(name) }
        case .enrolmentsRecorded(let source, let enrolments):
            change(source) { account in
                account.enrolments.merge(enrolments.map { ToldEnrolment(enrolment: $0) }, by: \.enrolment.key)
            }
        case .enrolmentsEnded(let source, let keys, let last):
            change(source) { account in
                account.enrolments.change(keys, by: \.enrolment.key) { $0.ended = last }
            }
        case .absencesRecorded(let source, let marks):
            change(source) { $0.marks.merge(marks, by: \.key) }
        case .absencesReclassified(let source, let changes):
            change(source) { account in
                let byKey = Dictionary(changes.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
                account.marks.change(changes.map(\.key), by: \.key) { mark in
                    guard let change = byKey[mark.key] else { return }
                    mark.markClass = change.markClass
                    mark.code = change.code
                }
            }
        case .absencesRetimed(let source, let changes):
            change(source) { account in
                let byKey = Dictionary(changes.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
                account.marks.change(changes.map(\.key), by: \.key) { mark in
                    guard let change = byKey[mark.key] else { return }
                    mark.date = change.date
                    mark.start = change.start
                    mark.minutes = change.minutes
                }
            }
        case .absencesWithdrawn(let source, let keys):
            let gone = Set(keys)
            change(source) { $0.marks.removeAll { gone.contains($0.key) } }
        case .offeredRecorded(let source, let offered):
            change(source) { $0.offered.merge(offered, by: \.key) }
        case .offeredWithdrawn(let source, let keys):
            let gone = Set(keys)
            change(source) { $0.offered.removeAll { gone.contains($0.key) } }
        case .consentsRecorded(let source, let consents):
            change(source) { $0.consents.merge(consents.map { ToldConsent(consent: $0) }, by: \.consent.key) }
        case .consentsLapsed(let source, let keys, let lapse):
            change(source) { $0.consents.change(keys, by: \.consent.key) { $0.lapse = lapse } }
        case .consentGiven(let consent):
            enteredConsents.merge([consent], by: \.key)
        case .consentRefused(let refusal):
            refusals.append(refusal)
        case .tierReached(let tier), .tierCorrected(let tier):
            reached = tier
        case .merged, .split: break
        }
    }

    private mutating func change(_ source: SourceID, _ body: (inout Account) -> Void) {
        if let index = accounts.firstIndex(where: { $0.source >= source }) {
            if accounts[index].source != source { accounts.insert(Account(source: source), at: index) }
            body(&accounts[index])
        } else {
            accounts.append(Account(source: source))
            body(&accounts[accounts.count - 1])
        }
    }
}

extension Array {
    /// Puts elements into an array that is in order of a key; one with the same key is replaced, and of several new ones with one
    /// key the last counts.
    mutating func merge<Key: Comparable>(_ new: [Element], by key: (Element) -> Key) {
        guard !new.isEmpty else { return }
        var latest: [Element] = []
        latest.reserveCapacity(new.count)
        for element in new.isInOrder(by: key) ? new : new.sortedStably(by: key) {
            if let last = latest.last, key(last) == key(element) { latest.removeLast() }
            latest.append(element)
        }
        guard let last = last, !(key(last) < key(latest[0])) else {
            append(contentsOf: latest)
            return
        }
        var merged: [Element] = []
        merged.reserveCapacity(count + latest.count)
        var next = 0
        for element in latest {
            while next < count, key(self[next]) < key(element) {
                merged.append(self[next])
                next += 1
            }
            if next < count, key(self[next]) == key(element) { next += 1 }
            merged.append(element)
        }
        merged.append(contentsOf: self[next...])
        self = merged
    }

    mutating func change<Key: Hashable>(_ keys: [Key], by key: (Element) -> Key, _ body: (inout Element) -> Void) {
        let wanted = Set(keys)
        for index in indices where wanted.contains(key(self[index])) { body(&self[index]) }
    }

    func isInOrder<Key: Comparable>(by key: (Element) -> Key) -> Bool {
        indices.dropFirst().allSatisfy { !(key(self[$0]) < key(self[$0 - 1])) }
    }

    /// Those with the same key stay in their order.
    func sortedStably<Key: Comparable>(by key: (Element) -> Key) -> [Element] {
        enumerated().sorted { one, other in
            let (left, right) = (key(one.element), key(other.element))
            return left < right || (left == right && one.offset < other.offset)
        }.map(\.element)
    }
}
