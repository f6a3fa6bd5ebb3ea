public import SiltaCore

extension DateSpan: JSONConvertible {
    public var json: JSON { .fields(["from": from.json, "through": through?.json]) }

    public init(json: JSON) throws(EntryError) {
        self.init(from: try json.read("from"), through: try json.readIfPresent("through"))
    }
}

/// Key, date, start, minutes, class, code.
extension Mark: JSONRow {
    func write(to row: inout some JSONRowSink) {
        row.put(key.rawValue)
        row.put(date)
        row.put(start)
        row.put(Int64(minutes))
        row.put(markClass.rawValue)
        row.put(code)
    }

    init(from row: inout some JSONRowSource) throws(EntryError) {
        self.init(
            key: try row.value(), date: try row.date(), start: try row.time(), minutes: Int32(clamping: try row.integer()),
            markClass: try row.value(), code: try row.text())
    }
}

/// Key, from, through, minutes, quality.
extension Offered: JSONRow {
    func write(to row: inout some JSONRowSink) {
        row.put(key.rawValue)
        row.put(from)
        row.put(through)
        row.put(Int64(minutes))
        row.put(quality.rawValue)
    }

    init(from row: inout some JSONRowSource) throws(EntryError) {
        self.init(
            key: try row.value(), from: try row.date(), through: try row.date(), minutes: Int32(clamping: try row.integer()),
            quality: try row.value())
    }
}

extension GroupOffered: JSONConvertible {
    public var json: JSON { .fields(["group": group.json, "school": school?.json, "offered": offered.json]) }

    public init(json: JSON) throws(EntryError) {
        self.init(group: try json.read("group"), school: try json.readIfPresent("school"), offered: try json.read("offered"))
    }
}

extension PupilEvent.Reclassification: JSONRow {
    func write(to row: inout some JSONRowSink) {
        row.put(key.rawValue)
        row.put(markClass.rawValue)
        row.put(code)
    }

    init(from row: inout some JSONRowSource) throws(EntryError) {
        self.init(key: try row.value(), markClass: try row.value(), code: try row.text())
    }
}

extension PupilEvent.Retiming: JSONRow {
    func write(to row: inout some JSONRowSink) {
        row.put(key.rawValue)
        row.put(date)
        row.put(start)
        row.put(Int64(minutes))
    }

    init(from row: inout some JSONRowSource) throws(EntryError) {
        self.init(key: try row.value(), date: try row.date(), start: try row.time(), minutes: Int32(clamping: try row.integer()))
    }
}

extension School: JSONConvertible {
    public var json: JSON { .fields(["oid": oid?.json, "code": code?.json, "name": name.json]) }

    public init(json: JSON) throws(EntryError) {
        self.init(oid: try json.readIfPresent("oid"), code: try json.readIfPresent("code"), name: try json.read("name"))
    }
}

extension Enrolment: JSONConvertible {
    public var json: JSON {
        .fields([
            "key": key.json, "oppijanumero": oppijanumero?.json, "hetu": hetu?.json, "familyName": familyName.json,
            "givenNames": givenNames.json, "called": called?.json, "school": school.json, "group": group?.json, "grade": grade.json,
            "homeMunicipality": homeMunicipality?.json, "span": span.json, "nonDisclosure": nonDisclosure?.json,
            "guardianNonDisclosure": guardianNonDisclosure?.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        self.init(
            key: try json.read("key"), oppijanumero: try json.readIfPresent("oppijanumero"), hetu: try json.readIfPresent("hetu"),
            familyName: try json.read("familyName"), givenNames: try json.read("givenNames"), called: try json.readIfPresent("called"),
            school: try json.read("school"), group: try json.readIfPresent("group"), grade: try json.read("grade"),
            homeMunicipality: try json.readIfPresent("homeMunicipality"), span: try json.read("span"),
            nonDisclosure: try json.readIfPresent("nonDisclosure"),
            guardianNonDisclosure: try json.readIfPresent("guardianNonDisclosure"))
    }
}

extension Consent: JSONConvertible {
    public var json: JSON {
        .fields([
            "key": key.json, "giver": giver.json, "purpose": purpose.json, "recipient": recipient.json, "scope": scope.json,
            "given": given.json, "span": span.json, "withdrawn": withdrawn?.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        self.init(
            key: try json.read("key"), giver: try json.read("giver"), purpose: try json.read("purpose"),
            recipient: try json.read("recipient"), scope: try json.read("scope"), given: try json.read("given"),
            span: try json.read("span"), withdrawn: try json.readIfPresent("withdrawn"))
    }
}

extension Refusal: JSONConvertible {
    public var json: JSON { .fields(["purpose": purpose.json, "recipient": recipient.json, "on": on.json]) }

    public init(json: JSON) throws(EntryError) {
        self.init(purpose: try json.read("purpose"), recipient: try json.read("recipient"), on: try json.read("on"))
    }
}

extension Alias: JSONConvertible {
    public var json: JSON {
        switch self {
        case .register(let source, let key): .fields(["source": source.json, "key": key.json])
        case .oppijanumero(let number): .fields(["oppijanumero": number.json])
        case .hetu(let code): .fields(["hetu": code.json])
        }
    }

    public init(json: JSON) throws(EntryError) {
        if let number: String = try json.readIfPresent("oppijanumero") {
            self = .oppijanumero(number)
        } else if let code: String = try json.readIfPresent("hetu") {
            self = .hetu(code)
        } else {
            self = .register(try json.read("source"), try json.read("key"))
        }
    }
}

extension ReachedTier: JSONConvertible {
    public var json: JSON {
        .fields(["policy": policy.json, "schoolYear": schoolYear.json, "tier": tier.json, "on": on?.json])
    }

    public init(json: JSON) throws(EntryError) {
        self.init(
            policy: try json.read("policy"), schoolYear: try json.read("schoolYear"), tier: try json.read("tier"),
            on: try json.readIfPresent("on"))
    }
}

extension ToldEnrolment: JSONConvertible {
    public var json: JSON { .fields(["enrolment": enrolment.json, "ended": ended?.json]) }

    public init(json: JSON) throws(EntryError) {
        self.init(enrolment: try json.read("enrolment"), ended: try json.readIfPresent("ended"))
    }
}

extension ToldConsent: JSONConvertible {
    public var json: JSON { .fields(["consent": consent.json, "lapse": lapse?.json]) }

    public init(json: JSON) throws(EntryError) {
        self.init(consent: try json.read("consent"), lapse: try json.readIfPresent("lapse"))
    }
}

extension Account: JSONConvertible {
    public var json: JSON {
        .fields([
            "source": source.json, "enrolments": enrolments.json, "marks": marks.json, "offered": offered.isEmpty ? nil : offered.json,
            "consents": consents.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        self.init(
            source: try json.read("source"), enrolments: try json.read("enrolments"), marks: try json.read("marks"),
            offered: try json.readIfPresent("offered") ?? [], consents: try json.read("consents"))
    }
}

extension Pupil: JSONConvertible {
    public var json: JSON {
        .fields([
            "id": id.json, "aliases": aliases.json, "accounts": accounts.json, "enteredConsents": enteredConsents.json,
            "refusals": refusals.json, "reached": reached?.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        self.init(
            id: try json.read("id"), aliases: try json.read("aliases"), accounts: try json.read("accounts"),
            enteredConsents: try json.read("enteredConsents"), refusals: try json.read("refusals"),
            reached: try json.readIfPresent("reached"))
    }
}
