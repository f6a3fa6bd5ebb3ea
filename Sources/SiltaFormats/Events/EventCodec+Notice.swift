import SiltaCore

extension EventCodec {
    /// Why a notice waits or was taken back, and on what it rests, is about the pupil: sealed. That, when and how often
    /// something was sent stays visible.
    static func encode(_ event: NoticeEvent) -> EventBytes {
        switch event {
        case .prepared(let preparation): EventBytes(type: "notice.prepared.v1", secret: preparation.json)
        case .held(let reason): EventBytes(type: "notice.held.v1", secret: ["reason": reason.json])
        case .readied(let recipient): EventBytes(type: "notice.readied.v1", payload: ["recipient": recipient.json])
        case .released: EventBytes(type: "notice.released.v1", payload: [:])
        case .composed(let composition): EventBytes(type: "notice.composed.v1", secret: composition.json)
        case .attemptBegun(let kind, let attempt, let basis):
            EventBytes(
                type: "attempt.begun.v1", payload: ["message": kind.json, "attempt": attempt.json],
                secret: basis.map { ["basis": $0.json] })
        case .attemptEnded(let kind, let outcome, let next):
            EventBytes(type: "attempt.ended.v1", payload: ["message": kind.json, "outcome": outcome.json, "next": next.json])
        case .withdrawn(let reason): EventBytes(type: "notice.withdrawn.v1", secret: ["reason": reason.json])
        case .failed(let reason): EventBytes(type: "notice.failed.v1", payload: ["reason": reason.json])
        case .retried: EventBytes(type: "notice.retried.v1", payload: [:])
        }
    }

    static func decodeNotice(_ type: String, _ payload: JSON, _ secret: JSON) throws(EntryError) -> NoticeEvent {
        switch type {
        case "notice.prepared.v1": .prepared(try Preparation(json: secret))
        case "notice.held.v1": .held(try secret.read("reason"))
        case "notice.readied.v1": .readied(try payload.read("recipient"))
        case "notice.released.v1": .released
        case "notice.composed.v1": .composed(try Composition(json: secret))
        case "attempt.begun.v1":
            .attemptBegun(try payload.read("message"), try payload.read("attempt"), basis: try secret.readIfPresent("basis"))
        case "attempt.ended.v1":
            .attemptEnded(try payload.read("message"), try payload.read("outcome"), next: try payload.read("next"))
        case "notice.withdrawn.v1": .withdrawn(try secret.read("reason"))
        case "notice.failed.v1": .failed(try payload.read("reason"))
        case "notice.retried.v1": .retried
        default: throw unknown(type)
        }
    }
}
