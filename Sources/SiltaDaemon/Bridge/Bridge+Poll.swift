public import SiltaCore
import SiltaFormats
import SiltaLog
import SiltaState

/// A configured use of a connector, as the bridge polls it.
public struct Source: Sendable {
    public var id: SourceID
    public var limits: WithdrawalGuard
    /// Reads the register to its end, or throws a ``PollFailure``. Blocks.
    public var read: @Sendable () throws -> Reading

    public init(id: SourceID, limits: WithdrawalGuard = WithdrawalGuard(), read: @escaping @Sendable () throws -> Reading) {
        self.id = id
        self.limits = limits
        self.read = read
    }
}

public enum PollResult: Hashable, Sendable {
    case completed(PollCompleted)
    case failed(reason: String)
    case held([Withdrawals])
}

/// A register could not be read.
public struct PollFailure: Error, Hashable, Sendable {
    /// Which file, what is wrong and what would be right; nothing of what was in the rows.
    public var sentence: String

    public init(_ sentence: String) { self.sentence = sentence }
}

extension Bridge {
    /// Reads a source to its end and applies all of what it said, or none.
    public func poll(_ source: Source) throws -> PollResult {
        let reading: Reading
        do {
            reading = try source.read()
        } catch let failure as PollFailure {
            try append([Proposal(.source(source.id, .pollFailed(reason: failure.sentence)), by: .source(source.id))])
            return .failed(reason: failure.sentence)
        }
        try ambient.failpoint(.afterRead)
        switch try compare(reading, of: source) {
        case .hold(let withdrawals):
            try append([Proposal(.source(source.id, .pollHeld(withdrawals)), by: .source(source.id))])
            return .held(withdrawals)
        case .apply(let changes, let rejected, let completed):
            try apply(changes, rejected, completed, complete: reading.complete, of: source.id)
            return .completed(completed)
        }
    }

    private func compare(_ reading: Reading, of source: Source) throws -> PollDecision {
        let health = try state.provider().sources[source.id]
        var comparison = PollComparison(
            source: source.id, reading: reading, moment: ambient.moment(), limits: source.limits,
            isAccepted: health?.isNextAccepted ?? false)
        try comparison.identify(known: state.pupilID(of:), newID: { PupilID(bits: ambient.randomBits()) })
        for id in Set(try state.pupilIDs(toldBy: source.id)).union(comparison.pupils).sorted() {
            comparison.compare(try state.pupil(id) ?? Pupil(id: id))
        }
        return comparison.decide()
    }

    /// New keys and quarantined rows first, then everything that the poll said, with its completion, as one transaction. What the
    /// first leaves behind without the second is swept at start.
    private func apply(
        _ changes: [PupilChange], _ rejected: [RejectedRow], _ completed: PollCompleted, complete: Set<RecordKind>, of source: SourceID
    ) throws {
        let size = try log.head().size
        try keys.create(for: changes.filter(\.isNew).map(\.pupil), logSize: size)
        try keys.quarantine(rejected, of: source, completeKinds: complete, seen: ambient.now(), logSize: size)
        try ambient.failpoint(.afterKeys)
        var proposals = changes.flatMap { change in
            change.events.map { Proposal(.pupil(change.pupil, $0), by: .source(source)) }
        }
        proposals.append(Proposal(.source(source, .pollCompleted(completed)), by: .source(source)))
        try append(proposals)
        try ambient.failpoint(.beforeSettle)
        try keys.settle(source)
    }
}
