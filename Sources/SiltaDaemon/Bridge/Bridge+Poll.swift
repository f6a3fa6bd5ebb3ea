public import SiltaCore
import SiltaFormats
import SiltaLog
import SiltaState

/// A configured use of a connector, as the bridge polls it.
public struct Source: Sendable {
    public var id: SourceID
    public var limits: WithdrawalGuard
    public var quarantine: QuarantineRules
    /// The source whose register keys are this one's, too.
    public var keysOf: SourceID?
    /// Reads the register to its end, or throws a ``PollFailure``. Blocks.
    ///
    /// It is given where its last completed reading came to, and what to call at least every thousand rows, which throws where
    /// reading should stop.
    public var read: @Sendable (_ cursor: SourceCursor?, _ step: () throws -> Void) throws -> SourceAnswer
    /// What quarantined rows say as the mapping is now: as many as were given, in their order.
    public var reread: @Sendable ([KeptRow]) -> [RereadRow]
    /// How far the reading has come that is under way, as far as that is known; asked from anywhere.
    public var progress: @Sendable () -> PollProgress?

    public init(
        id: SourceID, limits: WithdrawalGuard = WithdrawalGuard(), quarantine: QuarantineRules = QuarantineRules(),
        keysOf: SourceID? = nil, reread: @escaping @Sendable ([KeptRow]) -> [RereadRow] = Source.nothingReread,
        progress: @escaping @Sendable () -> PollProgress? = { nil },
        read: @escaping @Sendable (_ cursor: SourceCursor?, _ step: () throws -> Void) throws -> SourceAnswer
    ) {
        self.id = id
        self.limits = limits
        self.quarantine = quarantine
        self.keysOf = keysOf
        self.reread = reread
        self.progress = progress
        self.read = read
    }

    /// Of a source without a mapping.
    public static let nothingReread: @Sendable ([KeptRow]) -> [RereadRow] = { rows in
        rows.map { RereadRow(file: $0.file, pupil: nil, outcome: .rejected($0.kind, key: nil, reason: "this source reads no row again")) }
    }

    /// One that is always read in full.
    public init(
        id: SourceID, limits: WithdrawalGuard = WithdrawalGuard(), keysOf: SourceID? = nil,
        reading: @escaping @Sendable () throws -> Reading
    ) {
        self.init(id: id, limits: limits, keysOf: keysOf) { _, _ in .read(try reading()) }
    }
}

/// The reading of a source, which touches nothing of the bridge: it may run on another thread, and take its time.
public struct ReadRequest: Sendable {
    fileprivate let source: Source
    fileprivate let cursor: SourceCursor?
    fileprivate let step: @Sendable () throws -> Void

    /// Reads. Blocks.
    ///
    /// - Throws: ``Stopping``, and whatever else is no ``PollFailure``.
    public func run() throws -> ReadResult {
        do { return .answered(try source.read(cursor, step)) } catch let failure as PollFailure { return .failed(failure) }
    }
}

/// What came of a reading.
public enum ReadResult: Sendable {
    case answered(SourceAnswer)
    case failed(PollFailure)
}

public enum PollResult: Hashable, Sendable {
    case completed(PollCompleted)
    case failed(reason: String)
    case held([Withdrawals])
}

/// A register could not be read.
public struct PollFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which file, what is wrong and what would be right; nothing of what was in the rows.
    public var sentence: String

    public init(_ sentence: String) { self.sentence = sentence }

    public var description: String { sentence }
}

extension Bridge {
    /// Reads a source to its end and applies all of what it said, or none.
    public func poll(_ source: Source) throws -> PollResult {
        try take(readRequest(source).run(), of: source)
    }

    /// What is to be read of a source now.
    public func readRequest(_ source: Source) throws -> ReadRequest {
        ReadRequest(source: source, cursor: try cursor(of: source.id), step: ambient.step)
    }

    /// Applies all of what a source said, or none.
    public func take(_ result: ReadResult, of source: Source) throws -> PollResult {
        switch result {
        case .failed(let failure):
            try append([Proposal(.source(source.id, .pollFailed(reason: failure.sentence)), by: .source(source.id))])
            return .failed(reason: failure.sentence)
        case .answered(.read(let reading)):
            try ambient.failpoint(.afterRead)
            return try take(reading, of: source)
        case .answered(.unchanged(let cursor)):
            try ambient.failpoint(.afterRead)
            // While it was read, another source's poll or midnight may have come between.
            guard let last = try repeatable(source.id) else {
                return try take(readRequest(source).run(), of: source)
            }
            return .completed(try `repeat`(last, cursor: cursor, of: source.id))
        }
    }

    // MARK: - An export that is what it was

    private func cursor(of source: SourceID) throws -> SourceCursor? {
        guard let last = try state.provider().sources[source]?.cursor.flatMap(PollCursor.init) else { return nil }
        return SourceCursor(last.connector, isCurrent: try repeatable(source) != nil)
    }

    /// The last poll of a source, where the same export would change nothing now.
    private func repeatable(_ source: SourceID) throws -> (poll: PollCompleted, cursor: PollCursor)? {
        guard let poll = try state.undisturbedPoll(of: source), let cursor = poll.cursor.flatMap(PollCursor.init),
            cursor.cutsAlike(on: ambient.moment().today)
        else { return nil }
        return (poll, cursor)
    }

    private func `repeat`(
        _ last: (poll: PollCompleted, cursor: PollCursor), cursor: String, of source: SourceID
    ) throws -> PollCompleted {
        var completed = last.poll
        completed.changes = ChangeCounts()
        completed.cursor = PollCursor(day: last.cursor.day, claimed: last.cursor.claimed, connector: cursor).description
        try append([Proposal(.source(source, .pollCompleted(completed)), by: .source(source))])
        if completed.quarantined > 0 { try keys.renewQuarantine(of: source, seen: ambient.now()) }
        return completed
    }

    // MARK: - An export that is to be compared

    private func take(_ told: Reading, of source: Source) throws -> PollResult {
        var reading = told
        let reread = try addKept(to: &reading, of: source)
        let comparison = try compare(reading, of: source)
        switch comparison.decide() {
        case .hold(let withdrawals):
            try append([Proposal(.source(source.id, .pollHeld(withdrawals)), by: .source(source.id))])
            return .held(withdrawals)
        case .apply(let completed):
            try apply(comparison, completed, complete: reading.complete, reread: reread)
            reading.committed?()
            return .completed(completed)
        }
    }

    func compare(_ reading: Reading, of source: Source) throws -> PollComparison {
        let provider = try state.provider()
        let health = provider.sources[source.id]
        var comparison = PollComparison(
            source: source.id, keysOf: source.keysOf, reading: reading, moment: ambient.moment(), limits: source.limits,
            isAccepted: health?.isNextAccepted ?? false)
        var steps = 0
        func step() throws {
            steps += 1
            if steps % 1_000 == 0 { try ambient.step() }
        }
        try state.withNames { pupilID, identities in
            try comparison.identify(merges: provider.merges) {
                try step()
                return try pupilID($0)
            } identities: {
                try identities($0)
            } newID: {
                PupilID(bits: ambient.randomBits())
            }
        }
        for id in comparison.doubtful {
            try step()
            comparison.find(try state.pupil(id) ?? Pupil(id: id))
        }
        var left = Set(try state.pupilIDs(toldBy: source.id)).union(comparison.pupils)
        // Those who are one with others are compared with the others' enrolments beside them.
        for id in left.filter({ provider.merges.all(of: $0).count > 1 }).sorted() {
            try step()
            left.remove(id)
            comparison.compare(try state.pupil(id) ?? Pupil(id: id), besides: try enrolments(besides: id, by: provider.merges))
        }
        try state.forEachPupil {
            left.contains($0)
        } _: { pupil in
            try step()
            left.remove(pupil.id)
            comparison.compare(pupil)
        }
        for id in left.sorted() {
            try step()
            comparison.compare(Pupil(id: id))
        }
        comparison.compare(provider.timetable)
        return comparison
    }

    /// What has been told of those who are one with a pupil.
    private func enrolments(besides id: PupilID, by merges: Merges) throws -> [Enrolment] {
        guard !merges.isEmpty else { return [] }
        return try merges.all(of: id).filter { $0 != id }.flatMap { try state.pupil($0)?.enrolments ?? [] }
    }

    /// New keys and quarantined rows first, then everything that the poll said, with its completion, as one transaction. What the
    /// first leaves behind without the second is swept at start.
    private func apply(
        _ comparison: PollComparison, _ completed: PollCompleted, complete: Set<RecordKind>, reread: [QuarantineID]
    ) throws {
        let source = comparison.source
        let size = try log.head().size
        try keys.create(for: comparison.new.sorted(), logSize: size)
        try keys.quarantine(comparison.rejected, of: source, completeKinds: complete, seen: ambient.now(), logSize: size)
        try ambient.failpoint(.afterKeys)
        let merges = try state.provider().merges
        // As they were compared: before the batch changes anybody.
        var besides: [PupilID: [Enrolment]] = [:]
        for id in comparison.changed where merges.all(of: id).count > 1 { besides[id] = try enrolments(besides: id, by: merges) }
        try append { batch in
            for id in comparison.changed.sorted() {
                for event in comparison.events(of: try batch.pupil(id) ?? Pupil(id: id), besides: besides[id] ?? []) {
                    try batch.put(Proposal(.pupil(id, event), by: .source(source)))
                }
            }
            for event in comparison.timetableEvents { try batch.put(Proposal(.source(source, event), by: .source(source))) }
            try batch.put(Proposal(.source(source, .pollCompleted(completed)), by: .source(source)))
        }
        try ambient.failpoint(.beforeSettle)
        try keys.settle(source)
        // Those of them that are of no known pupil are in quarantine again.
        if !reread.isEmpty { try keys.discard(reread, seenBefore: size) }
    }
}
