import Foundation
import SiltaTesting
import Testing

@Suite struct SimulationTests {
    /// `SIMULATION_SEEDS` says how many seeds are played, `SIMULATION_SEED` plays one and prints what happens in it.
    private static func number(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } }

    @Test func `whatever the seed plays, no promise is broken`() async throws {
        if let seed = SimulationTests.number("SIMULATION_SEED") {
            let simulation = try Simulation(seed: seed, isTraced: true)
            let failure = await SimulationTests.play(simulation)
            print(simulation.trace.joined(separator: "\n"))
            if let failure { Issue.record("seed \(seed): \(failure)") }
            return
        }
        var failed = 0
        for seed in 1...(SimulationTests.number("SIMULATION_SEEDS") ?? 500) {
            guard let failure = await SimulationTests.play(try Simulation(seed: seed)) else { continue }
            let again = try Simulation(seed: seed, isTraced: true)
            _ = await SimulationTests.play(again)
            Issue.record("seed \(seed): \(failure)\n\(again.trace.joined(separator: "\n"))")
            failed += 1
            if failed == 3 { return }
        }
    }

    /// - Returns: what was broken.
    private static func play(_ simulation: Simulation) async -> String? {
        do {
            try await simulation.run()
            return nil
        } catch {
            return "\(error)"
        }
    }
}
