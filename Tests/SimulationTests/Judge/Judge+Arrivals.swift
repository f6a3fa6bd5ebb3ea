import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog
import SiltaProof

extension Judge {
    /// A message has reached a recipient's door: is its decision in the log, and are its bytes right?
    mutating func receive(_ arrival: Arrival, _ bridge: Bridge) throws {
        let parcel = arrival.parcel
        let what = "message \(parcel.id) at \(parcel.recipient)"
        guard let id = noticeOfMessage[parcel.id], var notice = notices[id] else {
            throw Violation("\(what) left, and the log does not know of it")
        }
        let kind: Message.Kind = parcel.id == notice.id ? .referral : .withdrawal
        guard var letter = notice.letter(kind), let open = letter.open, open.outcome == nil, open.position.value < arrival.logSize else {
            throw Violation("\(what) left without its own intent in the log")
        }
        try require(parcel.recipient == letter.recipient, "\(what) should go to \(letter.recipient)")
        try require(parcel.event.id == parcel.id.description, "\(what) has another id in its envelope")
        try require(
            parcel.event.type == (kind == .referral ? "silta.referral.v1" : "silta.referral.withdrawn.v1"),
            "\(what) is told as another kind")
        letter.open?.outcome = arrival.outcome
        letter.taken += arrival.taken
        if let body = letter.body {
            try require(body == parcel.body, "\(what) has other bytes than before")
            try require(letter.evidence == parcel.evidence.headerValue, "\(what) has other evidence than before")
        } else {
            letter.body = parcel.body
            letter.evidence = parcel.evidence.headerValue
            try verify(parcel, letter, arrival, bridge, what)
            switch kind {
            case .referral: try read(parcel.body, notice, letter, what)
            case .withdrawal:
                let expected: JSON = ["notice": .string(parcel.id.description), "withdraws": .string(notice.id.description)]
                try require(try JSON.parse(parcel.body) == expected, "\(what) says more than two ids")
            }
        }
        notice.set(letter, kind)
        notices[id] = notice
        arrivals += 1
    }

    /// As the recipient does, with nothing but the public key.
    private func verify(_ parcel: Parcel, _ letter: Letter, _ arrival: Arrival, _ bridge: Bridge, _ what: String) throws {
        do {
            let evidence = try Evidence(headerValue: parcel.evidence.headerValue)
            let (entry, checkpoint) = try evidence.verify(body: parcel.body, keys: [verifier], origin: origin)
            try require(entry.position == letter.composedAt, "\(what) proves another entry than its composing")
            try require(Int64(checkpoint.size) <= arrival.logSize, "\(what) is proved by a log that is longer than it was")
            try require(try bridge.log.entry(at: letter.composedAt)?.line == evidence.entry, "\(what) proves what the log does not hold")
        } catch let error as EvidenceError {
            throw Violation("\(what) proves nothing: \(error)")
        }
    }

    /// No more in it than rule and consent allow, and of nobody else.
    private func read(_ body: [UInt8], _ notice: Notice, _ letter: Letter, _ what: String) throws {
        let json = try JSON.parse(body)
        let free: Set = ["notice", "rule", "service", "purpose", "provider", "absence", "basis"]
        let fields: [String: NoticeField] = [
            "pupil": .identity, "school": .school, "grade": .grade, "contact": .contact, "pupil.oppijanumero": .identity,
            "pupil.name": .identity, "pupil.hetu": .hetu, "absence.tier": .tier, "absence.reachedOn": .tier, "absence.from": .period,
            "absence.through": .period, "absence.absentMinutes": .minutes, "absence.expectedMinutes": .minutes,
            "absence.expected": .minutes, "absence.expectedDays": .minutes, "absence.classes": .classes,
        ]
        for member in json.members {
            let inside = ["pupil", "absence"].contains(member.name) ? member.value.members.map { "\(member.name).\($0.name)" } : []
            for name in [member.name] + inside where !free.contains(name) {
                guard let field = fields[name] else { throw Violation("\(what) holds \(name)") }
                try require(letter.fields.contains(field), "\(what) holds \(name), which is not allowed")
            }
        }
        try require(json["notice"]?.string == notice.id.description, "\(what) is of another notice")
        let numbers = Set((knowledge.people[notice.pupil]?.timeline ?? []).compactMap(\.oppijanumero))
        try require(json["pupil"]?["oppijanumero"]?.string.map(numbers.contains) ?? false, "\(what) is of another pupil")
        let told = json["absence"]?["tier"]?.integer
        try require(told == nil || told == Int64(notice.facts.tier), "\(what) tells another tier")
        try require(json["basis"]?["id"]?.string == letter.basis?.consent.rawValue, "\(what) tells another basis")
    }
}
