import SiltaCore

extension EventCodec {
    static func encode(_ event: PupilEvent) -> [EventBytes] {
        switch event {
        case .identified(let aliases): [EventBytes(type: "pupil.identified.v1", secret: ["aliases": aliases.json])]
        case .enrolmentsRecorded(let source, let enrolments): many("enrolment.recorded.v1", source, "enrolments", enrolments)
        case .enrolmentsEnded(let source, let keys, let last): many("enrolment.ended.v1", source, "keys", keys, ("last", last.json))
        case .absencesRecorded(let source, let marks): many("absence.recorded.v1", source, "marks", marks)
        case .absencesReclassified(let source, let marks): many("absence.reclassified.v1", source, "marks", marks)
        case .absencesRetimed(let source, let marks): many("absence.retimed.v1", source, "marks", marks)
        case .absencesWithdrawn(let source, let keys): many("absence.withdrawn.v1", source, "keys", keys)
        case .offeredRecorded(let source, let offered): many("offered.recorded.v1", source, "offered", offered)
        case .offeredWithdrawn(let source, let keys): many("offered.withdrawn.v1", source, "keys", keys)
        case .consentsRecorded(let source, let consents): many("consent.recorded.v1", source, "consents", consents)
        case .consentsLapsed(let source, let keys, let lapse): many("consent.lapsed.v1", source, "keys", keys, ("lapse", lapse.json))
        case .consentGiven(let consent): [EventBytes(type: "consent.given.v1", secret: consent.json)]
        case .consentRefused(let refusal): [EventBytes(type: "consent.withdrawn.v1", secret: refusal.json)]
        case .merged(let survivor, let why):
            [EventBytes(type: "pupil.merged.v1", secret: .fields(["into": survivor.json, "why": why?.json]))]
        case .split(let survivor, let why):
            [EventBytes(type: "pupil.split.v1", secret: .fields(["from": survivor.json, "why": why?.json]))]
        case .tierReached(let tier): [EventBytes(type: "tier.reached.v1", secret: tier.json)]
        case .tierCorrected(let tier): [EventBytes(type: "tier.corrected.v1", secret: tier.json)]
        }
    }

    private static func many(
        _ type: String, _ source: SourceID, _ name: StaticString, _ items: [some JSONConvertible], _ more: (StaticString, JSON)...
    ) -> [EventBytes] {
        var opening: [UInt8] = []
        opening.append(literal: #"{"source":"#)
        source.write(into: &opening)
        for (name, value) in more {
            opening.appendMember(name)
            value.write(into: &opening)
        }
        opening.appendMember(name)
        opening.append(UInt8(ascii: "["))
        var runs = EventRuns(opening: opening, closing: "]}")
        runs.append(items)
        return runs.runs.map { EventBytes(type: type, secretBytes: $0) }
    }

    /// The events whose items occur by the million; nil for any other.
    static func decodeRows(_ type: String, _ secret: [UInt8]) throws(EntryError) -> PupilEvent? {
        switch type {
        case "absence.recorded.v1":
            let (source, marks) = try rows(secret, "marks", of: Mark.self)
            return .absencesRecorded(source, marks)
        case "absence.reclassified.v1":
            let (source, marks) = try rows(secret, "marks", of: PupilEvent.Reclassification.self)
            return .absencesReclassified(source, marks)
        case "absence.retimed.v1":
            let (source, marks) = try rows(secret, "marks", of: PupilEvent.Retiming.self)
            return .absencesRetimed(source, marks)
        case "absence.withdrawn.v1":
            let (source, keys) = try rows(secret, "keys", of: MarkKey.self)
            return .absencesWithdrawn(source, keys)
        case "offered.recorded.v1":
            let (source, offered) = try rows(secret, "offered", of: Offered.self)
            return .offeredRecorded(source, offered)
        case "offered.withdrawn.v1":
            let (source, keys) = try rows(secret, "keys", of: OfferedKey.self)
            return .offeredWithdrawn(source, keys)
        default: return nil
        }
    }

    /// The source and the items, from bytes at once. Where the object is not exactly those two, in that order, it is read as any other.
    private static func rows<Item: JSONConvertible>(
        _ secret: [UInt8], _ name: String, of type: Item.Type
    ) throws(EntryError) -> (SourceID, [Item]) {
        var reader = JSONReader(secret)
        do {
            if try reader.opens("{"), try reader.name() == "source" {
                let source = try SourceID(reading: &reader)
                if try reader.goesOn(before: "}"), try reader.name() == name {
                    let items = try [Item](reading: &reader)
                    if try !reader.goesOn(before: "}") {
                        try reader.end()
                        return (source, items)
                    }
                }
            }
        } catch let error as JSONError {
            throw EntryError(error)
        } catch let error as EntryError {
            throw error
        } catch {
            preconditionFailure("Rows are read with errors of JSON and of their columns only")
        }
        let json: JSON = try parsed(secret)
        return (try json.read("source"), try json.read(name))
    }

    static func decodePupil(_ type: String, _ secret: JSON) throws(EntryError) -> PupilEvent {
        switch type {
        case "pupil.identified.v1": .identified(try secret.read("aliases"))
        case "enrolment.recorded.v1": .enrolmentsRecorded(try secret.read("source"), try secret.read("enrolments"))
        case "enrolment.ended.v1":
            .enrolmentsEnded(try secret.read("source"), try secret.read("keys"), last: try secret.read("last"))
        case "consent.recorded.v1": .consentsRecorded(try secret.read("source"), try secret.read("consents"))
        case "consent.lapsed.v1":
            .consentsLapsed(try secret.read("source"), try secret.read("keys"), try secret.read("lapse"))
        case "consent.given.v1": .consentGiven(try Consent(json: secret))
        case "consent.withdrawn.v1": .consentRefused(try Refusal(json: secret))
        case "pupil.merged.v1": .merged(into: try secret.read("into"), why: try secret.readIfPresent("why"))
        case "pupil.split.v1": .split(from: try secret.read("from"), why: try secret.readIfPresent("why"))
        case "tier.reached.v1": .tierReached(try ReachedTier(json: secret))
        case "tier.corrected.v1": .tierCorrected(try ReachedTier(json: secret))
        default: throw unknown(type)
        }
    }
}
