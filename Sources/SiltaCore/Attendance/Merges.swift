/// Which pupils are one person after all: who was merged into whom, and who was split from whom again.
///
/// Each keeps a stream and a key of their own, whoever they are merged into: so a split takes nothing apart, and what seals one seals
/// nothing of the other.
public struct Merges: Hashable, Sendable {
    /// Whom a pupil was merged into.
    public private(set) var survivors: [PupilID: PupilID] = [:]
    /// Those who were merged and split again: no tie makes them one without a person.
    public private(set) var apart: [PupilID: Set<PupilID>] = [:]
    private var merged: [PupilID: Set<PupilID>] = [:]

    public init() {}

    /// Puts together what is stored.
    ///
    /// - Parameter apart: each pair once.
    public init(survivors: [PupilID: PupilID], apart pairs: [(PupilID, PupilID)]) {
        for (pupil, survivor) in survivors { merge(pupil, into: survivor) }
        for (one, other) in pairs { part(one, other) }
    }

    public var isEmpty: Bool { survivors.isEmpty && apart.isEmpty }

    /// The pupil whom an id leads to: themselves, unless they were merged.
    public func survivor(of pupil: PupilID) -> PupilID {
        var pupil = pupil
        while let survivor = survivors[pupil] { pupil = survivor }
        return pupil
    }

    /// Everyone who is one with a pupil: the survivor first, then the others in order.
    public func all(of pupil: PupilID) -> [PupilID] {
        let survivor = survivor(of: pupil)
        guard merged[survivor] != nil else { return [survivor] }
        var found: Set<PupilID> = []
        var open = [survivor]
        while let next = open.popLast() {
            for part in merged[next] ?? [] where found.insert(part).inserted { open.append(part) }
        }
        return [survivor] + found.sorted()
    }

    /// Everyone who is or ever was one with a pupil.
    public func kin(of pupil: PupilID) -> Set<PupilID> {
        var found: Set<PupilID> = [pupil]
        var open = [pupil]
        while let next = open.popLast() {
            let near = (merged[next] ?? []).union(apart[next] ?? []).union([survivors[next]].compactMap(\.self))
            for one in near where found.insert(one).inserted { open.append(one) }
        }
        return found
    }

    /// Someone of the one was split from someone of the other.
    public func areApart(_ one: PupilID, _ other: PupilID) -> Bool {
        guard !apart.isEmpty else { return false }
        let others = Set(all(of: other))
        return all(of: one).contains { !(apart[$0] ?? []).isDisjoint(with: others) }
    }

    public mutating func evolve(_ event: PupilEvent, of pupil: PupilID) {
        switch event {
        case .merged(let survivor, _):
            // Who merges them now takes back what was split.
            for one in all(of: pupil) { for other in all(of: survivor) { unpart(one, other) } }
            merge(pupil, into: survivor)
        case .split(let survivor, _):
            survivors[pupil] = nil
            merged[survivor]?.remove(pupil)
            if merged[survivor]?.isEmpty ?? false { merged[survivor] = nil }
            part(pupil, survivor)
        default: break
        }
    }

    private mutating func merge(_ pupil: PupilID, into survivor: PupilID) {
        // A ring would have no survivor; nobody writes one.
        guard self.survivor(of: survivor) != pupil else { return }
        survivors[pupil] = survivor
        merged[survivor, default: []].insert(pupil)
    }

    private mutating func part(_ one: PupilID, _ other: PupilID) {
        apart[one, default: []].insert(other)
        apart[other, default: []].insert(one)
    }

    private mutating func unpart(_ one: PupilID, _ other: PupilID) {
        for (one, other) in [(one, other), (other, one)] {
            apart[one]?.remove(other)
            if apart[one]?.isEmpty ?? false { apart[one] = nil }
        }
    }
}

/// Why two pupils are not merged, or one is not split.
public enum MergeRejection: Error, Hashable, Sendable {
    case oneAlready(PupilID)
    case notMerged(PupilID)
}

extension MergeRejection: CustomStringConvertible {
    public var description: String {
        switch self {
        case .oneAlready(let pupil): "the two are one pupil already: \(pupil)"
        case .notMerged(let pupil): "the pupil \(pupil) was not merged into another; the id of one who was should stand there"
        }
    }
}

extension Merges {
    /// A person says that two are one: whoever the first id leads to is merged into whoever the second leads to.
    public func merge(_ one: PupilID, into other: PupilID, why: String?) throws(MergeRejection) -> Event {
        let (one, other) = (survivor(of: one), survivor(of: other))
        guard one != other else { throw .oneAlready(one) }
        return .pupil(one, .merged(into: other, why: why))
    }

    /// A person says that one who was merged is another after all.
    public func split(_ pupil: PupilID, why: String?) throws(MergeRejection) -> Event {
        guard let survivor = survivors[pupil] else { throw .notMerged(pupil) }
        return .pupil(pupil, .split(from: survivor, why: why))
    }
}

extension Pupil {
    /// As one with others who were merged into them: what all of them were told of, and this one's tier.
    public func joined(with others: [Pupil]) -> Pupil {
        let all = [self] + others
        var names: [Alias] = []
        for name in all.flatMap(\.aliases) where !names.contains(name) { names.append(name) }
        var consents: [Consent] = []
        for one in all { consents.merge(one.enteredConsents, by: \.key) }
        var accounts = all.flatMap(\.accounts).sortedStably(by: \.source)
        // A mark that a source has told under two of its keys is one mark.
        var told: Set<MarkKey> = []
        for index in accounts.indices.dropFirst() {
            guard accounts[index].source == accounts[index - 1].source else {
                told = []
                continue
            }
            told.formUnion(accounts[index - 1].marks.map(\.key))
            accounts[index].marks.removeAll { told.contains($0.key) }
        }
        return Pupil(
            id: id, aliases: names, accounts: accounts, enteredConsents: consents,
            refusals: all.flatMap(\.refusals), reached: reached)
    }
}
