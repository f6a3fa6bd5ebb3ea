import SiltaCore
import SiltaDaemon
import SiltaState
import SiltaTesting

extension Simulation {
    /// So many cycles of a day and a half and everything has been tried that was left.
    private static let cycles = 12

    /// Everything works again: then everything comes to its end.
    func heal() async throws {
        note("everything works again")
        machine.set(max(machine.now, judge.lastRecorded ?? machine.now) + .seconds(60))
        for recipient in Setting.recipients { recipients.set(.well, of: recipient) }
        for index in register.cards.indices { register.cards[index].isLost = false }
        if random.chance(90) { wanted.isDisclosureOpen = true }
        try await quietly { try $0.adopt(wanted) }
        for _ in 0..<Simulation.cycles {
            try await quietly { try $0.accept(Setting.source, by: .person("it")) }
            try await retryWhatFailed()
            let before = judge.arrivals
            let (reading, _) = register.export(today: machine.moment.today, isHealthy: true, &random)
            judge.staged = .init(reading: reading, today: machine.moment.today)
            let limits = setting.limits
            try await quietly { _ = try $0.poll(Source(id: Setting.source, limits: limits) { reading }) }
            try judge.requireQuarantine(bridge, lined: reading.complete)
            try await quietly { try $0.assess() }
            try judge.requireAssessed(bridge, at: machine.moment)
            let recipients = recipients
            try await quietly { _ = try await $0.deliver { recipients.carry($0) } }
            try await quietly { try $0.assess() }
            if before == judge.arrivals, !judge.isAnythingLeft {
                try judge.requirePeace(bridge, at: machine.moment)
                return
            }
            machine.advance(by: .seconds(36 * 3600))
        }
        throw Violation("there is no end to it")
    }

    private func retryWhatFailed() async throws {
        for notice in judge.notices.values.sorted(by: { $0.id < $1.id }) {
            let recipient = notice.referral?.recipient
            let isStopped = recipient.map { judge.knowledge.doors[$0]?.isStopped ?? false } ?? false
            guard isStopped || notice.hasFailed else { continue }
            try await quietly { bridge in
                do { try bridge.retry(notice.id, by: .person("it")) } catch is NoticeRejection {}
            }
        }
    }

    /// Without crashes.
    func quietly(_ body: (Bridge) async throws -> Void) async throws {
        try await body(bridge)
        try judge.observe(bridge, machine, recipients)
        try judge.requireState(bridge)
    }
}

extension Judge {
    /// Something waits for its time, or for a person to try it again.
    fileprivate var isAnythingLeft: Bool {
        notices.values.contains { notice in
            switch notice.status {
            case .ready, .failed, .sending, .fresh: true
            case .withdrawn: notice.hasGone && knowledge.isDisclosureOpen && !(notice.withdrawal?.isDelivered ?? false)
            case .held, .delivered: false
            }
        }
    }
}
