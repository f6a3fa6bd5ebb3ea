/// Minutes of a group.
public struct GroupOffered: Hashable, Sendable {
    public var group: GroupName
    /// Nil: the group of that name in any school.
    public var school: SchoolID?
    public var offered: Offered

    public init(group: GroupName, school: SchoolID? = nil, offered: Offered) {
        self.group = group
        self.school = school
        self.offered = offered
    }
}

/// The minutes of all groups, as sources have told them.
public struct Timetable: Hashable, Sendable {
    private var told: [GroupName: [SourceID: [OfferedKey: GroupOffered]]] = [:]
    private var groups: [SourceID: [OfferedKey: GroupName]] = [:]

    public init() {}

    public var isEmpty: Bool { told.isEmpty }

    /// What a source has told, in order of the keys.
    public func told(by source: SourceID) -> [GroupOffered] {
        let groups = groups[source] ?? [:]
        return groups.keys.sorted().compactMap { key in groups[key].flatMap { told[$0]?[source]?[key] } }
    }

    /// What each source has told of a group, in order of the sources.
    func offered(to group: GroupName, at school: SchoolID) -> [[Offered]] {
        (told[group] ?? [:]).sorted { $0.key < $1.key }.map { _, told in
            told.values.filter { $0.school == nil || $0.school == school }.map(\.offered)
        }
    }

    /// One with a key that the source has used before takes that one's place.
    public mutating func record(_ new: [GroupOffered], by source: SourceID) {
        withdraw(new.map(\.offered.key), by: source)
        for minutes in new {
            told[minutes.group, default: [:]][source, default: [:]][minutes.offered.key] = minutes
            groups[source, default: [:]][minutes.offered.key] = minutes.group
        }
    }

    public mutating func withdraw(_ keys: [OfferedKey], by source: SourceID) {
        for key in keys {
            guard let group = groups[source]?.removeValue(forKey: key) else { continue }
            told[group]?[source]?[key] = nil
            if told[group]?[source]?.isEmpty ?? false { told[group]?[source] = nil }
            if told[group]?.isEmpty ?? false { told[group] = nil }
            if groups[source]?.isEmpty ?? false { groups[source] = nil }
        }
    }
}
