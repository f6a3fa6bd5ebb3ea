public import SiltaCore

extension SchoolYear.Term: JSONConvertible {
    public var json: JSON { .fields(["name": name.json, "from": from.json, "through": through.json]) }

    public init(json: JSON) throws(EntryError) {
        self.init(name: try json.read("name"), from: try json.read("from"), through: try json.read("through"))
    }
}

extension SchoolYear: JSONConvertible {
    public var json: JSON {
        .fields([
            "start": start.json, "end": end.json, "terms": terms.json, "holidays": holidays.json, "extraDays": extraDays.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        self.init(
            start: try json.read("start"), end: try json.read("end"), terms: try json.read("terms"), holidays: try json.read("holidays"),
            extraDays: try json.read("extraDays"))
    }
}

extension Policy.Period: JSONConvertible {
    public var json: JSON {
        switch self {
        case .schoolYear: "school-year"
        case .term: "term"
        case .last(let days): .fields(["lastSchoolDays": days.json])
        }
    }

    public init(json: JSON) throws(EntryError) {
        switch json {
        case "school-year": self = .schoolYear
        case "term": self = .term
        default: self = .last(schoolDays: try json.read("lastSchoolDays"))
        }
    }
}

extension TierRule: JSONConvertible {
    public var json: JSON {
        let (unit, amount) =
            switch threshold {
            case .share(let hundredths): ("hundredthsOfPercent", hundredths)
            case .lessons(let lessons): ("lessons", lessons)
            case .minutes(let minutes): ("minutes", minutes)
            }
        return .fields(["tier": tier.json, "unit": unit.json, "amount": amount.json, "inclusive": isInclusive.json])
    }

    public init(json: JSON) throws(EntryError) {
        let amount: Int = try json.read("amount")
        let threshold: Threshold
        switch try json.read("unit", as: String.self) {
        case "hundredthsOfPercent": threshold = .share(hundredths: amount)
        case "lessons": threshold = .lessons(amount)
        case "minutes": threshold = .minutes(amount)
        default: throw EntryError("\"unit\" cannot be read")
        }
        self.init(tier: try json.read("tier"), threshold: threshold, isInclusive: try json.read("inclusive"))
    }
}

extension NoticeRule.Contact: JSONConvertible {
    public var json: JSON { .fields(["role": role.json, "phone": phone?.json]) }

    public init(json: JSON) throws(EntryError) {
        self.init(role: try json.read("role"), phone: try json.readIfPresent("phone"))
    }
}

extension NoticeRule: JSONConvertible {
    public var json: JSON {
        .fields([
            "id": id.json, "tier": tier.json, "service": service.json, "purpose": purpose.json, "release": release.json,
            "include": include.json, "deadline": deadline.json, "contact": contact?.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        self.init(
            id: try json.read("id"), tier: try json.read("tier"), service: try json.read("service"), purpose: try json.read("purpose"),
            release: try json.read("release"), include: try json.read("include"), deadline: try json.read("deadline"),
            contact: try json.readIfPresent("contact"))
    }
}

extension Policy: JSONConvertible {
    public var json: JSON {
        .fields([
            "name": name.json, "grades": grades.json, "period": period.json,
            "scopes": .object(scopes.sorted { $0.key < $1.key }.map { .init($0.key.rawValue, $0.value.json) }),
            "counts": counts.json, "minimumSchoolDays": minimumSchoolDays.json, "tiers": tiers.json, "notices": notices.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        guard case .object(let members)? = json["scopes"] else { throw EntryError("\"scopes\" is missing") }
        var scopes: [ScopeID: Set<NoticeField>] = [:]
        for member in members { scopes[ScopeID(member.name)] = try Set(json: member.value) }
        self.init(
            name: try json.read("name"), grades: try json.read("grades"), period: try json.read("period"), scopes: scopes,
            counts: try json.read("counts"), minimumSchoolDays: try json.read("minimumSchoolDays"), tiers: try json.read("tiers"),
            notices: try json.read("notices"))
    }
}

extension Route: JSONConvertible {
    public var json: JSON {
        let schools: JSON? =
            switch schools {
            case .all: "all"
            case .listed(let listed): listed.json
            case nil: nil
            }
        return .fields([
            "recipient": recipient.json, "name": name.json, "services": services.json, "schools": schools,
            "municipalities": municipalities?.json, "valid": valid?.json, "url": url.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        let schools: Schools? =
            switch json["schools"] {
            case nil: nil
            case "all": .all
            case let listed?: .listed(try Set(json: listed))
            }
        self.init(
            recipient: try json.read("recipient"), name: try json.read("name"), services: try json.read("services"), schools: schools,
            municipalities: try json.readIfPresent("municipalities"), valid: try json.readIfPresent("valid"), url: try json.read("url"))
    }
}

/// In order, so that the same set is always the same bytes.
extension Set: JSONConvertible where Element: JSONConvertible {
    public var json: JSON {
        .array(map(\.json).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) })
    }

    public init(json: JSON) throws(EntryError) {
        self.init(try [Element](json: json))
    }
}

extension Provider.Adopted: JSONConvertible where Value: JSONConvertible {
    public var json: JSON { .fields(["digest": digest.json, "value": value.json]) }

    public init(json: JSON) throws(EntryError) {
        self.init(digest: try json.read("digest"), value: try json.read("value"))
    }
}

extension Coverage: JSONConvertible {
    public var json: JSON { .fields(["school": school?.json, "from": from.json, "through": through.json]) }

    public init(json: JSON) throws(EntryError) {
        self.init(school: try json.readIfPresent("school"), from: try json.read("from"), through: try json.read("through"))
    }
}

extension CoverageReached: JSONConvertible {
    public var json: JSON {
        let schools = through.compactMap { school, day in school.map { ($0, day) } }.sorted { $0.0 < $1.0 }
        let all: [JSON] = through[nil].map { [.array([.null, $0.json])] } ?? []
        return .array(all + schools.map { .array([$0.json, $1.json]) })
    }

    public init(json: JSON) throws(EntryError) {
        var through: [SchoolID?: LocalDate] = [:]
        for row in json.array ?? [] {
            guard let pair = row.array, pair.count == 2 else { throw EntryError("a school and a day should stand") }
            let school = try pair[0].optional.map(SchoolID.init(json:))
            through[school] = try LocalDate(json: pair[1])
        }
        self.init(through: through)
    }
}

extension Withdrawals: JSONConvertible {
    public var json: JSON { .fields(["kind": kind.json, "withdrawn": withdrawn.json, "known": known.json]) }

    public init(json: JSON) throws(EntryError) {
        self.init(kind: try json.read("kind"), withdrawn: try json.read("withdrawn"), known: try json.read("known"))
    }
}

extension ChangeCounts: JSONConvertible {
    public var json: JSON {
        .fields([
            "pupils": pupils.json, "pupilsMerged": pupilsMerged == 0 ? nil : pupilsMerged.json,
            "enrolmentsRecorded": enrolmentsRecorded.json, "enrolmentsEnded": enrolmentsEnded.json,
            "absencesRecorded": absencesRecorded.json, "absencesReclassified": absencesReclassified.json,
            "absencesRetimed": absencesRetimed.json, "absencesWithdrawn": absencesWithdrawn.json,
            "offeredRecorded": offeredRecorded == 0 ? nil : offeredRecorded.json,
            "offeredWithdrawn": offeredWithdrawn == 0 ? nil : offeredWithdrawn.json,
            "consentsRecorded": consentsRecorded.json, "consentsLapsed": consentsLapsed.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        self.init()
        pupils = try json.read("pupils")
        pupilsMerged = try json.readIfPresent("pupilsMerged") ?? 0
        enrolmentsRecorded = try json.read("enrolmentsRecorded")
        enrolmentsEnded = try json.read("enrolmentsEnded")
        absencesRecorded = try json.read("absencesRecorded")
        absencesReclassified = try json.read("absencesReclassified")
        absencesRetimed = try json.read("absencesRetimed")
        absencesWithdrawn = try json.read("absencesWithdrawn")
        offeredRecorded = try json.readIfPresent("offeredRecorded") ?? 0
        offeredWithdrawn = try json.readIfPresent("offeredWithdrawn") ?? 0
        consentsRecorded = try json.read("consentsRecorded")
        consentsLapsed = try json.read("consentsLapsed")
    }
}

extension PollCompleted: JSONConvertible {
    public var json: JSON {
        .fields([
            "rows": rows.json, "quarantined": quarantined.json, "changes": changes.json, "coverage": coverage.json,
            "cursor": cursor?.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        self.init(
            rows: try json.read("rows"), quarantined: try json.read("quarantined"), changes: try json.read("changes"),
            coverage: try json.read("coverage"), cursor: try json.readIfPresent("cursor"))
    }
}

extension SourceHealth.Outcome: JSONConvertible {
    public var json: JSON {
        switch self {
        case .completed: "completed"
        case .failed(let reason): .fields(["failed": reason.json])
        case .held(let withdrawals): .fields(["held": withdrawals.json])
        }
    }

    public init(json: JSON) throws(EntryError) {
        if json == "completed" {
            self = .completed
        } else if let reason: String = try json.readIfPresent("failed") {
            self = .failed(reason: reason)
        } else {
            self = .held(try json.read("held"))
        }
    }
}

extension SourceHealth: JSONConvertible {
    public var json: JSON {
        .fields([
            "lastOutcome": lastOutcome?.json, "lastPolled": lastPolled?.json, "lastCompleted": lastCompleted?.json,
            "through": through?.json, "quarantined": quarantined.json, "rows": rows.json,
            "isNextAccepted": isNextAccepted.json, "cursor": cursor?.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        self.init()
        lastOutcome = try json.readIfPresent("lastOutcome")
        lastPolled = try json.readIfPresent("lastPolled")
        lastCompleted = try json.readIfPresent("lastCompleted")
        through = try json.readIfPresent("through")
        quarantined = try json.read("quarantined")
        rows = try json.readIfPresent("rows") ?? 0
        isNextAccepted = try json.read("isNextAccepted")
        cursor = try json.readIfPresent("cursor")
    }
}

extension Endpoint: JSONConvertible {
    public var json: JSON {
        .fields([
            "consecutiveFailures": consecutiveFailures.json, "pausedUntil": pausedUntil?.json, "isStopped": isStopped.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        self.init(
            consecutiveFailures: try json.read("consecutiveFailures"), pausedUntil: try json.readIfPresent("pausedUntil"),
            isStopped: try json.read("isStopped"))
    }
}

extension Provider: JSONConvertible {
    public var json: JSON {
        .fields([
            "calendar": calendar?.json, "policy": policy?.json, "routes": routes?.json, "isDisclosureOpen": isDisclosureOpen.json,
            "isPlayed": isPlayed.json, "coverage": coverage.json,
            "sources": .object(sources.sorted { $0.key < $1.key }.map { .init($0.key.rawValue, $0.value.json) }),
            "endpoints": .object(endpoints.sorted { $0.key < $1.key }.map { .init($0.key.rawValue, $0.value.json) }),
        ])
    }

    public init(json: JSON) throws(EntryError) {
        guard case .object(let sources)? = json["sources"], case .object(let endpoints)? = json["endpoints"] else {
            throw EntryError("\"sources\" or \"endpoints\" is missing")
        }
        var health: [SourceID: SourceHealth] = [:]
        for source in sources { health[SourceID(source.name)] = try SourceHealth(json: source.value) }
        var standing: [RecipientID: Endpoint] = [:]
        for endpoint in endpoints { standing[RecipientID(endpoint.name)] = try Endpoint(json: endpoint.value) }
        self.init(
            calendar: try json.readIfPresent("calendar"), policy: try json.readIfPresent("policy"),
            routes: try json.readIfPresent("routes"), isDisclosureOpen: try json.read("isDisclosureOpen"),
            isPlayed: try json.read("isPlayed"),
            coverage: try json.read("coverage"), sources: health, endpoints: standing)
    }
}
