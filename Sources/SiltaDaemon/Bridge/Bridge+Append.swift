import SiltaCore
import SiltaFormats
import SiltaLog
import SiltaProof
import SiltaState

/// An event on its way into the log.
struct Proposal: Sendable {
    enum Cause: Sendable {
        case entry(Position)
        /// The proposal so many before this one in the batch.
        case back(Int)
    }

    var event: Event
    var actor: Actor
    var cause: Cause?
    /// Under whose key what is personal in it is sealed.
    var pupil: PupilID?
    /// The bytes of a message that this event composes.
    var composed: ComposedMessage?

    init(_ event: Event, by actor: Actor, cause: Cause? = nil, pupil: PupilID? = nil, composed: ComposedMessage? = nil) {
        self.event = event
        self.actor = actor
        self.cause = cause
        self.composed = composed
        if case .pupil(let id, _) = event { self.pupil = id } else { self.pupil = pupil }
    }

    var bytes: [EventBytes] {
        composed.map { [$0.eventBytes] } ?? EventCodec.encode(event)
    }
}

extension Bridge {
    /// Appends as one transaction and takes the state along.
    ///
    /// - Returns: the position of each proposal's last entry.
    @discardableResult
    func append(_ proposals: [Proposal]) throws -> [Position] {
        guard !proposals.isEmpty else { return [] }
        let head = try log.head()
        let recorded = max(ambient.now(), head.lastRecorded ?? Instant(milliseconds: .min))
        var positions: [Position] = []
        positions.reserveCapacity(proposals.count)
        var logged: [LoggedEvent] = []
        logged.reserveCapacity(proposals.count)
        let after = try log.append(ifHeadIs: head.size, recorded: recorded) { put in
            for proposal in proposals {
                var last: Position?
                for bytes in proposal.bytes {
                    let cause: Position? =
                        switch proposal.cause {
                        case .entry(let position): position
                        case .back(let count): positions[positions.count - count]
                        case nil: nil
                        }
                    last = try put(draft(bytes, of: proposal, cause: cause)).position
                }
                guard let last else { preconditionFailure("every event is at least one entry [\(proposal.event.stream)]") }
                positions.append(last)
                logged.append(LoggedEvent(position: last, recorded: recorded, event: proposal.event))
            }
            try ambient.failpoint(.insideAppend)
        }
        try ambient.failpoint(.afterAppend)
        try state.apply(logged, reaching: StateStore.Reached(size: after.size, root: after.root.hex))
        try ambient.failpoint(.afterState)
        return positions
    }

    private func draft(_ bytes: EventBytes, of proposal: Proposal, cause: Position?) throws -> Draft {
        var draft = Draft(
            stream: proposal.event.stream, type: bytes.type, actor: proposal.actor, cause: cause, payload: bytes.payload)
        if let secret = bytes.secret {
            guard let pupil = proposal.pupil, let key = try keys.keys(for: pupil).last else {
                throw LogFailure(.missing, "There is no key to seal with: the pupil was erased, or there is none [type: \(bytes.type)]")
            }
            draft.secret = Draft.Secret(plaintext: secret, key: key)
        }
        return draft
    }
}
