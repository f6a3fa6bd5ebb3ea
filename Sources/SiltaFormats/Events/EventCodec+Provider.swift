import SiltaCore

extension EventCodec {
    static func encode(_ event: ProviderEvent) -> EventBytes {
        switch event {
        case .calendarAdopted(let calendar): EventBytes(type: "calendar.adopted.v1", payload: calendar.json)
        case .policyAdopted(let policy, let text):
            EventBytes(
                type: "policy.adopted.v1", payload: ["digest": policy.digest.json, "value": policy.value.json, "text": text.json])
        case .routesAdopted(let routes): EventBytes(type: "routes.adopted.v1", payload: routes.json)
        case .disclosureOpened: EventBytes(type: "disclosure.opened.v1", payload: [:])
        case .disclosurePaused: EventBytes(type: "disclosure.paused.v1", payload: [:])
        case .clockPlayed: EventBytes(type: "clock.played.v1", payload: [:])
        case .clockReal: EventBytes(type: "clock.real.v1", payload: [:])
        }
    }

    static func decodeProvider(_ type: String, _ payload: JSON) throws(EntryError) -> ProviderEvent {
        switch type {
        case "calendar.adopted.v1": .calendarAdopted(try .init(json: payload))
        case "policy.adopted.v1": .policyAdopted(try .init(json: payload), text: try payload.read("text"))
        case "routes.adopted.v1": .routesAdopted(try .init(json: payload))
        case "disclosure.opened.v1": .disclosureOpened
        case "disclosure.paused.v1": .disclosurePaused
        case "clock.played.v1": .clockPlayed
        case "clock.real.v1": .clockReal
        default: throw unknown(type)
        }
    }

    static func encode(_ event: SourceEvent) -> [EventBytes] {
        switch event {
        case .pollCompleted(let poll): encode(poll)
        case .pollCovered(let claims): covered(claims.map(\.json))
        case .timetableRecorded(let minutes):
            runs(of: minutes.map(\.json)).map { EventBytes(type: "timetable.recorded.v1", payload: ["minutes": .array($0)]) }
        case .timetableWithdrawn(let keys):
            runs(of: keys.map(\.json)).map { EventBytes(type: "timetable.withdrawn.v1", payload: ["keys": .array($0)]) }
        case .pollFailed(let reason): [EventBytes(type: "poll.failed.v1", payload: ["reason": reason.json])]
        case .pollHeld(let withdrawals): [EventBytes(type: "poll.held.v1", payload: ["withdrawals": withdrawals.json])]
        case .pollAccepted: [EventBytes(type: "poll.accepted.v1", payload: [:])]
        case .rowsDropped(let rows): [EventBytes(type: "quarantine.dropped.v1", payload: ["rows": rows.json])]
        case .rowsRetried(let count): [EventBytes(type: "quarantine.retried.v1", payload: ["rows": count.json])]
        case .rowsAged(let count): [EventBytes(type: "quarantine.aged.v1", payload: ["rows": count.json])]
        }
    }

    /// The completion comes last, so that a poll is complete only with all its claims.
    private static func encode(_ poll: PollCompleted) -> [EventBytes] {
        let claims = poll.coverage.map(\.json)
        guard covered(claims).count > 1 else { return [EventBytes(type: "poll.completed.v1", payload: poll.json)] }
        var rest = poll
        rest.coverage = []
        return covered(claims) + [EventBytes(type: "poll.completed.v1", payload: rest.json)]
    }

    private static func covered(_ claims: [JSON]) -> [EventBytes] {
        runs(of: claims).map { EventBytes(type: "poll.covered.v1", payload: ["coverage": .array($0)]) }
    }

    /// Cuts what stands in the clear into runs that each fit an entry.
    private static func runs(of items: [JSON]) -> [[JSON]] {
        var runs: [[JSON]] = []
        var size = maximumItemBytes
        for item in items {
            let bytes = item.bytes.count + 1
            size += bytes
            if size > maximumItemBytes {
                runs.append([])
                size = bytes
            }
            runs[runs.count - 1].append(item)
        }
        return runs
    }

    static func decodeSource(_ type: String, _ payload: JSON) throws(EntryError) -> SourceEvent {
        switch type {
        case "poll.completed.v1": .pollCompleted(try PollCompleted(json: payload))
        case "poll.covered.v1": .pollCovered(try payload.read("coverage"))
        case "timetable.recorded.v1": .timetableRecorded(try payload.read("minutes"))
        case "timetable.withdrawn.v1": .timetableWithdrawn(try payload.read("keys"))
        case "poll.failed.v1": .pollFailed(reason: try payload.read("reason"))
        case "poll.held.v1": .pollHeld(try payload.read("withdrawals"))
        case "poll.accepted.v1": .pollAccepted
        case "quarantine.dropped.v1": .rowsDropped(try payload.read("rows"))
        case "quarantine.retried.v1": .rowsRetried(try payload.read("rows"))
        case "quarantine.aged.v1": .rowsAged(try payload.read("rows"))
        default: throw unknown(type)
        }
    }

    static func encode(_ event: EndpointEvent) -> EventBytes {
        switch event {
        case .stopped(let status): EventBytes(type: "endpoint.stopped.v1", payload: ["status": status.json])
        case .resumed: EventBytes(type: "endpoint.resumed.v1", payload: [:])
        }
    }

    static func decodeEndpoint(_ type: String, _ payload: JSON) throws(EntryError) -> EndpointEvent {
        switch type {
        case "endpoint.stopped.v1": .stopped(status: try payload.read("status"))
        case "endpoint.resumed.v1": .resumed
        default: throw unknown(type)
        }
    }

    /// What a person gave as their reason may say something of the pupil: it is sealed.
    static func encode(_ event: AccessEvent) -> EventBytes {
        EventBytes(
            type: "access.made.v1",
            payload: .fields([
                "pupil": event.pupil?.json, "notice": event.notice?.json, "what": event.what.json, "fields": event.fields.json,
            ]),
            secret: event.why.map { ["why": $0.json] })
    }

    static func encode(_ call: RefusedCall) -> EventBytes {
        EventBytes(type: "access.refused.v1", payload: ["what": call.what.json, "roles": call.roles.json])
    }

    static func decodeAccess(_ type: String, _ payload: JSON, _ secret: JSON) throws(EntryError) -> Event {
        switch type {
        case "access.made.v1":
            .access(
                AccessEvent(
                    pupil: try payload.readIfPresent("pupil"), notice: try payload.readIfPresent("notice"),
                    what: try payload.read("what"), fields: try payload.read("fields"), why: try secret.readIfPresent("why")))
        case "access.refused.v1": .refused(RefusedCall(what: try payload.read("what"), roles: try payload.read("roles")))
        default: throw unknown(type)
        }
    }
}
