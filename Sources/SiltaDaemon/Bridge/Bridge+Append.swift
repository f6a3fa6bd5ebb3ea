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
        return try append { batch in
            for proposal in proposals { try batch.put(proposal) }
            return batch.positions
        }
    }

    /// Appends what comes to be one after the other, so that a whole school's year is never in memory.
    ///
    /// The log commits first. What ends the work between the two leaves the state behind, and ``catchUp(progress:)`` mends that.
    ///
    /// - Parameter body: is given the batch. It may ask nothing of the log and of the state but through the batch.
    func append<Value>(_ body: (inout Batch) throws -> Value) throws -> Value {
        let head = try log.head()
        let recorded = max(ambient.now(), head.lastRecorded ?? Instant(milliseconds: .min))
        var result: Value?
        try state.change { change in
            var folded = change
            let after = try log.append(ifHeadIs: head.size, recorded: recorded) { put in
                try withoutActuallyEscaping(put) { put in
                    var batch = Batch(keys: keys, recorded: recorded, step: ambient.step, change: folded, write: put)
                    result = try body(&batch)
                    folded = batch.change
                }
                try ambient.failpoint(.insideAppend)
            }
            change = folded
            try ambient.failpoint(.afterAppend)
            return StateStore.Reached(size: after.size, root: after.root.hex)
        }
        try ambient.failpoint(.afterState)
        guard let result else { preconditionFailure("an append that succeeded has run its body") }
        return result
    }
}

/// What is being appended: each proposal becomes entries of the log and is folded into the state at once.
struct Batch {
    private let keys: KeyStore
    private let recorded: Instant
    private let step: @Sendable () throws -> Void
    private let write: (Draft) throws(LogFailure) -> Entry
    fileprivate var change: StateChange
    /// Of each proposal's last entry.
    private(set) var positions: [Position] = []
    /// What follows one another is mostly of the same pupil.
    private var lastKey: (pupil: PupilID, key: DataKey)?

    fileprivate init(
        keys: KeyStore, recorded: Instant, step: @escaping @Sendable () throws -> Void, change: StateChange,
        write: @escaping (Draft) throws(LogFailure) -> Entry
    ) {
        self.keys = keys
        self.recorded = recorded
        self.step = step
        self.change = change
        self.write = write
    }

    /// A pupil as known, with what the batch has put so far.
    func pupil(_ id: PupilID) throws -> Pupil? { try change.pupil(id) }

    mutating func put(_ proposal: Proposal) throws {
        if positions.count % 1_000 == 0 { try step() }
        var last: Position?
        for bytes in proposal.bytes {
            let cause: Position? =
                switch proposal.cause {
                case .entry(let position): position
                case .back(let count): positions[positions.count - count]
                case nil: nil
                }
            last = try write(draft(bytes, of: proposal, cause: cause)).position
        }
        guard let last else { preconditionFailure("every event is at least one entry [\(proposal.event.stream)]") }
        positions.append(last)
        try change.apply(LoggedEvent(position: last, recorded: recorded, event: proposal.event))
    }

    private mutating func draft(_ bytes: EventBytes, of proposal: Proposal, cause: Position?) throws -> Draft {
        var draft = Draft(
            stream: proposal.event.stream, type: bytes.type, actor: proposal.actor, cause: cause, payload: bytes.payload)
        if let secret = bytes.secret {
            draft.secret = Draft.Secret(plaintext: secret, key: try key(of: proposal.pupil, type: bytes.type))
        }
        return draft
    }

    private mutating func key(of pupil: PupilID?, type: String) throws -> DataKey {
        if let lastKey, lastKey.pupil == pupil { return lastKey.key }
        guard let pupil, let key = try keys.keys(for: pupil).last else {
            throw LogFailure(.missing, "There is no key to seal with: the pupil was erased, or there is none [type: \(type)]")
        }
        lastKey = (pupil, key)
        return key
    }
}
