/// Finds out of whom the rows of register keys speak, one key after the other: by the key, else by learner number, else by personal
/// identity code. Names that point to two pupils make them one, unless something contradicts: then nothing is tied.
struct Recognition {
    enum Outcome {
        /// Nobody's: no enrolment, and no name that is known.
        case nobody
        /// - new: names of theirs that nobody has had.
        case found(PupilID, new: [Alias])
        /// It cannot be said whose they are.
        ///
        /// - owner: whose the register key is.
        case conflict(owner: PupilID?)
    }

    /// So many pupils at most become one by ties: a number that more of them share is a fault of the register.
    static let most = 16

    let source: SourceID
    /// The source whose register keys are this one's, too.
    let keysOf: SourceID?
    /// With those that the poll makes.
    private(set) var merges: Merges
    /// Whom the poll merges into whom.
    private(set) var survivors: [PupilID: PupilID] = [:]
    private var fresh: [Alias: PupilID] = [:]
    /// What is known of one pupil alone, and what the poll has told.
    private var ofPupils: [PupilID: Identities] = [:]

    init(source: SourceID, keysOf: SourceID?, merges: Merges) {
        self.source = source
        self.keysOf = keysOf
        self.merges = merges
    }

    /// - Parameters:
    ///   - key: as the register has it.
    ///   - told: of each of its enrolments.
    ///   - identities: of one pupil, whoever they are one with.
    mutating func recognise<Failure: Error>(
        _ key: RegisterKey, told: [Identities], known: (Alias) throws(Failure) -> PupilID?,
        identities: (PupilID) throws(Failure) -> Identities, newID: () -> PupilID
    ) throws(Failure) -> Outcome {
        let own = Alias.register(source, key)
        let keyed = try known(own)
        var alike: PupilID?
        if let keysOf { alike = try known(.register(keysOf, key)) }
        let owner = keyed ?? alike
        var all = Identities()
        for one in told { all.formUnion(one) }

        var owners: [(name: Alias, pupil: PupilID)] = []
        var new: [Alias] = []
        for name in all.names {
            if let pupil = try known(name) ?? fresh[name] { owners.append((name, pupil)) } else { new.append(name) }
        }
        if let alike { owners.append((own, alike)) }
        let survivor = owner.map { merges.survivor(of: $0) }
        if let survivor, new.isEmpty, owners.allSatisfy({ merges.survivor(of: $0.pupil) == survivor }), told.count < 2 || all.isPlain {
            return .found(owner ?? survivor, new: keyed == nil ? [own] : [])
        }

        var before = Identities()
        if let survivor { before = try family(of: survivor, identities) }
        guard isOne(told, before, isKnown: survivor != nil) else { return .conflict(owner: owner) }
        var others: [PupilID] = []
        for (_, pupil) in owners {
            let other = merges.survivor(of: pupil)
            if other != survivor, !others.contains(other) { others.append(other) }
        }
        var one = before
        one.formUnion(all)
        var tied = [survivor].compactMap(\.self)
        for other in others {
            let theirs = try family(of: other, identities)
            guard !before.contradicts(theirs, isSameCard: false), !all.contradicts(theirs, isSameCard: false),
                !one.contradicts(theirs, isSameCard: false), !tied.contains(where: { merges.areApart($0, other) })
            else { return .conflict(owner: owner) }
            one.formUnion(theirs)
            tied.append(other)
        }
        if tied.count > 1 {
            guard tied.reduce(0, { $0 + merges.all(of: $1).count }) <= Recognition.most else { return .conflict(owner: owner) }
        }
        // Whoever bears the strongest of the names stays; and into the bearer, so that what a person ties the bearer to can be split again.
        if let target = owners.first(where: { merges.survivor(of: $0.pupil) == others.first })?.pupil {
            for pupil in tied where pupil != others.first { merge(pupil, into: target) }
        }
        guard let pupil = owner ?? owners.first?.pupil ?? (told.isEmpty ? nil : newID()) else { return .nobody }
        if keyed == nil { new.insert(own, at: 0) }
        for name in new { fresh[name] = pupil }
        // Of one who is new nothing else is known.
        if owner != nil || !owners.isEmpty { _ = try family(of: pupil, identities) }
        ofPupils[pupil, default: Identities()].formUnion(all)
        return .found(pupil, new: new)
    }

    /// Whether all that is told under one key can be one person, and the one that the key is known to be of.
    private func isOne(_ told: [Identities], _ before: Identities, isKnown: Bool) -> Bool {
        if isKnown, told.contains(where: { before.contradicts($0, isSameCard: true) }) { return false }
        let parts = (before.isEmpty ? [] : [before]) + Set(told).filter { !$0.isEmpty }
        return areTied(parts) { !$0.hetut.isEmpty } && areTied(parts) { !$0.oppijanumerot.isEmpty }
    }

    /// Whether these are one, since each shares a number with the next, be it through others.
    ///
    /// - Parameter bears: which of them are to be tied to one another.
    private func areTied(_ parts: [Identities], _ bears: (Identities) -> Bool) -> Bool {
        let bearers = parts.indices.filter { bears(parts[$0]) }
        guard bearers.count > 1 else { return true }
        var places: [Alias: [Int]] = [:]
        for (place, part) in parts.enumerated() { for name in part.names { places[name, default: []].append(place) } }
        var reached: Set<Int> = [bearers[0]]
        var open = [bearers[0]]
        while let next = open.popLast() {
            for name in parts[next].names {
                for place in places.removeValue(forKey: name) ?? [] where reached.insert(place).inserted { open.append(place) }
            }
        }
        return reached.isSuperset(of: bearers)
    }

    private mutating func merge(_ pupil: PupilID, into target: PupilID) {
        merges.evolve(.merged(into: target, why: nil), of: pupil)
        survivors[pupil] = target
    }

    /// Of everyone who is one with a pupil, with what the poll has told so far.
    private mutating func family<Failure: Error>(
        of pupil: PupilID, _ identities: (PupilID) throws(Failure) -> Identities
    ) throws(Failure) -> Identities {
        var all = Identities()
        for one in merges.all(of: pupil) {
            let theirs: Identities
            if let known = ofPupils[one] { theirs = known } else { theirs = try identities(one) }
            ofPupils[one] = theirs
            all.formUnion(theirs)
        }
        return all
    }
}

extension Identities {
    /// At most one of each kind: nothing in it can contradict another part of it.
    fileprivate var isPlain: Bool { oppijanumerot.count < 2 && hetut.count < 2 }
}
