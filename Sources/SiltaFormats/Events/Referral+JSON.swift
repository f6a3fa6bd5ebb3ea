public import SiltaCore

extension ExpectedDays: JSONConvertible {
    public var json: JSON { ["offered": offered.json, "scheduled": scheduled.json, "statutory": statutory.json] }

    public init(json: JSON) throws(EntryError) {
        self.init(
            offered: try json.read("offered"), scheduled: try json.read("scheduled"), statutory: try json.read("statutory"))
    }
}

extension Referral.Facts: JSONConvertible {
    public var json: JSON {
        .fields([
            "policy": policy.json, "schoolYear": schoolYear.json, "tier": tier.json, "reachedOn": reachedOn.json, "from": from.json,
            "through": through.json, "absentMinutes": absentMinutes.json, "expectedMinutes": expectedMinutes.json,
            "expected": expected.json, "expectedDays": expectedDays?.json,
            "minutesByClass": .object(
                minutesByClass.sorted { $0.key.rawValue < $1.key.rawValue }.map { .init($0.key.rawValue, $0.value.json) }),
            "school": school.json, "grade": grade.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        guard case .object(let members)? = json["minutesByClass"] else { throw EntryError("\"minutesByClass\" is missing") }
        var minutes: [MarkClass: Int] = [:]
        for member in members { minutes[try MarkClass(json: .string(member.name))] = try Int(json: member.value) }
        self.init(
            policy: try json.read("policy"), schoolYear: try json.read("schoolYear"), tier: try json.read("tier"),
            reachedOn: try json.read("reachedOn"), from: try json.read("from"), through: try json.read("through"),
            absentMinutes: try json.read("absentMinutes"), expectedMinutes: try json.read("expectedMinutes"),
            expected: try json.read("expected"), expectedDays: try json.readIfPresent("expectedDays"), minutesByClass: minutes,
            school: try json.read("school"), grade: try json.read("grade"))
    }
}

extension Preparation: JSONConvertible {
    public var json: JSON { .fields(["pupil": pupil.json, "rule": rule.json, "facts": facts.json]) }

    public init(json: JSON) throws(EntryError) {
        self.init(pupil: try json.read("pupil"), rule: try json.read("rule"), facts: try json.read("facts"))
    }
}

extension Basis: JSONConvertible {
    public var json: JSON {
        let source: SourceID? = if case .source(let id) = origin { id } else { nil }
        return .fields([
            "kind": "consent", "consent": consent.json, "source": source?.json, "giver": giver.json, "given": given.json,
            "scope": scope.json, "allows": allows.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        let source: SourceID? = try json.readIfPresent("source")
        self.init(
            consent: try json.read("consent"), origin: source.map(Origin.source) ?? .person, giver: try json.read("giver"),
            given: try json.read("given"), scope: try json.read("scope"), allows: try json.read("allows"))
    }
}

extension Composition: JSONConvertible {
    public var json: JSON {
        .fields([
            "message": kind.json, "id": id.json, "recipient": recipient.json, "basis": basis?.json, "fields": fields.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        self.init(
            kind: try json.read("message"), id: try json.read("id"), recipient: try json.read("recipient"),
            basis: try json.readIfPresent("basis"), fields: try json.read("fields"))
    }
}

extension Attempt: JSONConvertible {
    public var json: JSON { .fields(["number": number.json, "probe": isProbe.json]) }

    public init(json: JSON) throws(EntryError) {
        self.init(number: try json.read("number"), isProbe: try json.read("probe"))
    }
}

extension Outcome: JSONConvertible {
    public var json: JSON {
        switch self {
        case .delivered(let status): .fields(["outcome": "delivered", "status": status.json])
        case .failed(let failure):
            .fields([
                "outcome": "failed", "status": failure.status?.json, "reason": failure.reason.json,
                "retryAfter": failure.retryAfter?.json, "ours": failure.isOurs ? true : nil,
            ])
        case .unknown(let reason): .fields(["outcome": "unknown", "reason": reason.json])
        }
    }

    public init(json: JSON) throws(EntryError) {
        switch try json.read("outcome", as: String.self) {
        case "delivered": self = .delivered(status: try json.read("status"))
        case "failed":
            self = .failed(
                Failure(
                    status: try json.readIfPresent("status"), reason: try json.read("reason"),
                    retryAfter: try json.readIfPresent("retryAfter"), isOurs: try json.readIfPresent("ours") ?? false))
        case "unknown": self = .unknown(reason: try json.read("reason"))
        default: throw EntryError("\"outcome\" cannot be read")
        }
    }
}

extension NoticeEvent.Next: JSONConvertible {
    public var json: JSON {
        switch self {
        case .nothing: .fields(["next": "nothing"])
        case .retry(let instant): .fields(["next": "retry", "at": instant.json])
        case .giveUp(let reason): .fields(["next": "give-up", "reason": reason.json])
        }
    }

    public init(json: JSON) throws(EntryError) {
        switch try json.read("next", as: String.self) {
        case "nothing": self = .nothing
        case "retry": self = .retry(at: try json.read("at"))
        case "give-up": self = .giveUp(try json.read("reason"))
        default: throw EntryError("\"next\" cannot be read")
        }
    }
}

extension Message: JSONConvertible {
    public var json: JSON {
        .fields([
            "composition": composition.json, "composedAt": composedAt.json, "attempts": attempts.json,
            "countedFailures": countedFailures.json, "mayHaveArrived": mayHaveArrived.json, "openAttempt": openAttempt?.json,
            "nextAttempt": nextAttempt?.json, "outcome": outcome?.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        self.init(
            composition: try json.read("composition"), composedAt: try json.read("composedAt"), attempts: try json.read("attempts"),
            countedFailures: try json.read("countedFailures"), mayHaveArrived: try json.read("mayHaveArrived"),
            openAttempt: try json.readIfPresent("openAttempt"), nextAttempt: try json.readIfPresent("nextAttempt"),
            outcome: try json.readIfPresent("outcome"))
    }
}

extension Referral.Status: JSONConvertible {
    public var json: JSON {
        switch self {
        case .held(let reason): .fields(["state": "held", "reason": reason.json])
        case .ready: .fields(["state": "ready"])
        case .sending: .fields(["state": "sending"])
        case .delivered(let instant): .fields(["state": "delivered", "at": instant.json])
        case .failed(let reason): .fields(["state": "failed", "reason": reason.json])
        case .withdrawn(let reason): .fields(["state": "withdrawn", "reason": reason.json])
        }
    }

    public init(json: JSON) throws(EntryError) {
        switch try json.read("state", as: String.self) {
        case "held": self = .held(try json.read("reason"))
        case "ready": self = .ready
        case "sending": self = .sending
        case "delivered": self = .delivered(try json.read("at"))
        case "failed": self = .failed(try json.read("reason"))
        case "withdrawn": self = .withdrawn(try json.read("reason"))
        default: throw EntryError("\"state\" cannot be read")
        }
    }
}

extension Referral: JSONConvertible {
    public var json: JSON {
        .fields([
            "id": id.json, "preparation": Preparation(pupil: pupil, rule: rule, facts: facts).json, "prepared": prepared.json,
            "status": status.json, "isReleased": isReleased.json, "firstReady": firstReady?.json,
            "readyFor": readyFor?.json, "message": message?.json,
            "withdrawal": withdrawal?.json,
        ])
    }

    public init(json: JSON) throws(EntryError) {
        self.init(
            id: try json.read("id"), preparation: try json.read("preparation"), prepared: try json.read("prepared"),
            status: try json.read("status"), isReleased: try json.read("isReleased"), firstReady: try json.readIfPresent("firstReady"),
            readyFor: try json.readIfPresent("readyFor"),
            message: try json.readIfPresent("message"), withdrawal: try json.readIfPresent("withdrawal"))
    }
}
