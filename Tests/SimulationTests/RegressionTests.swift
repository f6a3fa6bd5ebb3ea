import SiltaCore
import SiltaDaemon
import SiltaTesting
import Testing

/// What seeds have found, each played once more by itself.
@Suite struct RegressionTests {
    /// A simulation in which everybody is to be told of, nobody has to release anything, and nothing crashes.
    private static func simple() throws -> Simulation {
        for seed in 1...1000 as ClosedRange<UInt64> {
            let simulation = try Simulation(seed: seed)
            let rules = simulation.setting.policies[0].value.notices
            if simulation.isStubborn, rules.allSatisfy({ $0.release == .automatic }) { return simulation }
        }
        throw Violation("no seed makes such a simulation")
    }

    private static func poll(_ simulation: Simulation, spoiling spoil: (inout Reading) -> Void = { _ in }) async throws -> Reading {
        var (reading, _) = simulation.register.export(today: simulation.machine.moment.today, isHealthy: true, &simulation.random)
        spoil(&reading)
        simulation.judge.staged = .init(reading: reading, today: simulation.machine.moment.today)
        let told = reading
        try await simulation.quietly { _ = try $0.poll(Source(id: Setting.source) { told }) }
        return reading
    }

    @Test func `marks of nobody are quarantined one by one`() async throws {
        let simulation = try RegressionTests.simple()
        let wanted = simulation.wanted
        try await simulation.quietly { try $0.adopt(wanted) }
        let reading = try await RegressionTests.poll(simulation) { reading in
            for number in 1...3 {
                let mark = Mark(
                    key: MarkKey("X\(number)"), date: day("2026-08-13"), start: nil, minutes: 45, markClass: .unexplained, code: "01")
                reading.absences.append(.init(pupil: "nobody", mark: mark, line: Int32(1000 + number)))
            }
        }
        try simulation.judge.requireQuarantine(simulation.bridge, lined: reading.complete)
        #expect(simulation.judge.knowledge.quarantine.count == 3)
    }

    @Test func `what is taken back during a delivery is told to its recipient in the same delivery`() async throws {
        let simulation = try RegressionTests.simple()
        var wanted = simulation.wanted
        try await simulation.quietly { [wanted] in try $0.adopt(wanted) }
        simulation.register.mark(through: simulation.machine.moment.today, in: wanted.calendar.value, &simulation.random)
        _ = try await RegressionTests.poll(simulation)
        try await simulation.quietly { try $0.assess() }
        let recipients = simulation.recipients
        for recipient in Setting.recipients { recipients.set(.mute, of: recipient) }
        try await simulation.quietly { _ = try await $0.deliver { recipients.carry($0) } }
        #expect(simulation.judge.arrivals > 0)

        // Nobody may be told any more, and nothing but the delivery finds that out.
        for recipient in Setting.recipients { recipients.set(.well, of: recipient) }
        wanted.policy = .init(digest: "without scopes", value: wanted.policy.value)
        wanted.policy.value.scopes = [:]
        try await simulation.quietly { [wanted] in try $0.adopt(wanted) }
        simulation.machine.advance(by: .seconds(7200))
        let started = simulation.machine.now
        try await simulation.quietly { _ = try await $0.deliver { recipients.carry($0) } }
        try simulation.judge.requireTried(simulation.bridge, started: started, at: simulation.machine.moment)
        let gone = simulation.judge.notices.values.filter(\.hasGone)
        #expect(!gone.isEmpty && gone.allSatisfy { $0.withdrawal?.isDelivered ?? false })
    }
}
