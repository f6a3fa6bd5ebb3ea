import Foundation
public import SiltaCore
import SiltaState

/// Polls one source on its own schedule, as long as the plan has it.
struct SourceService: Sendable {
    let desk: ProviderDesk
    let source: SourceID
    let polls: PollQueue

    /// Looks again at the plan at least so often.
    private static let longestWait = Duration.seconds(3600)

    func run() async {
        var schedule = PollSchedule()
        var next = ContinuousClock.now
        var isFirst = true
        while !desk.stop.isAsked, !Task.isCancelled {
            let rings = desk.sourceBell.rings
            guard let planned = await desk.planned(source) else {
                // It may come back with another plan.
                await desk.sourceBell.wait(since: rings, atMost: SourceService.longestWait)
                continue
            }
            guard await desk.condition == .working else {
                polls.fail(source, with: DeskUnavailable(condition: await desk.condition))
                await desk.sourceBell.wait(since: rings, atMost: SourceService.longestWait)
                continue
            }
            if isFirst {
                isFirst = false
                next = .now + (await firstWait(planned, schedule))
            }
            let wait = next - .now
            guard wait <= .zero || polls.isWanted(source) else {
                await desk.sourceBell.wait(since: rings, atMost: min(wait, SourceService.longestWait))
                continue
            }
            let began = ContinuousClock.now
            let isWell = await poll(planned)
            schedule.ended(well: isWell)
            // What failed after a long time is left alone for a while, too: what hangs would else be told of as hanging still.
            next = (isWell ? began : .now) + schedule.wait(every: planned.every, jitter: .random(in: .min ... .max))
            desk.tally.willPoll(source, at: Instant(now: Date(), after: next - .now))
        }
    }

    private func firstWait(_ planned: ProviderPlan.PlannedSource, _ schedule: PollSchedule) async -> Duration {
        let sinceLast = try? await desk.work { bridge in
            try bridge.state.provider().sources[source]?.lastPolled.map { bridge.ambient.now() - $0 }
        }
        let wait = schedule.firstWait(every: planned.every, sinceLast: sinceLast ?? nil, jitter: .random(in: .min ... .max))
        desk.tally.willPoll(source, at: Instant(now: Date(), after: wait))
        return wait
    }

    /// - Returns: whether the poll could be completed.
    private func poll(_ planned: ProviderPlan.PlannedSource) async -> Bool {
        let waiting = polls.take(source)
        desk.tally.pollBegan(source, at: Instant(now: Date()), progress: planned.source.progress)
        do {
            let wasWell = try await isWell()
            let result = try await desk.poll(planned)
            desk.tally.pollEnded(source, result)
            tell(result, wasWell: wasWell)
            for continuation in waiting { continuation.resume(returning: result) }
            try await desk.assess()
            if case .completed = result { return true }
        } catch {
            for continuation in waiting { continuation.resume(throwing: error) }
        }
        return false
    }

    private func isWell() async throws -> Bool {
        try await desk.work { bridge in
            switch try bridge.state.provider().sources[source]?.lastOutcome {
            case .failed, .held: false
            case .completed, nil: true
            }
        }
    }

    private func tell(_ result: PollResult, wasWell: Bool) {
        switch result {
        case .completed(let poll):
            if !wasWell { desk.announce(.sourceRecovered(source)) }
            desk.announce(.pollCompleted(source, rows: poll.rows, quarantined: poll.quarantined))
        case .failed(let reason): desk.announce(.pollFailed(source, reason: reason))
        case .held(let withdrawals):
            desk.announce(.pollHeld(source, reason: "it would withdraw " + withdrawals.map(\.sentence).joined(separator: " and ")))
        }
    }
}

extension Withdrawals {
    /// How many of how many.
    public var sentence: String { "\(withdrawn) of \(known) \(kind.rawValue)s" }
}

extension Instant {
    init(now: Date, after wait: Duration = .zero) {
        self = Instant(milliseconds: Int64(now.timeIntervalSince1970 * 1000)) + wait
    }
}
