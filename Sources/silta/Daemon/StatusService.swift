import ServiceLifecycle
import SiltaDaemon
import SiltaSystemd

/// Tells the service manager how the daemon stands: ready when every provider was opened or has said why not.
struct StatusService: Service {
    let daemon: Daemon
    let manager: ServiceManager
    let journal: Journal

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while daemon.desks.contains(where: { $0.tally.numbers.condition == .opening }) {
                manager.status("opening")
                try await Task.sleep(for: .milliseconds(100))
            }
            manager.ready(status: sentence)
            var told = sentence
            while true {
                try await Task.sleep(for: .seconds(5))
                journal.settle()
                guard sentence != told else { continue }
                told = sentence
                manager.status(told)
            }
        }
    }

    private var sentence: String {
        let conditions = daemon.desks.map { ($0.id, $0.tally.numbers.condition) }
        let troubled = conditions.filter { $0.1 != .working }
        guard !troubled.isEmpty else { return "\(conditions.count == 1 ? "1 provider" : "\(conditions.count) providers") at work" }
        return troubled.map { "\($0.0) is \($0.1.name)" }.joined(separator: ", ")
    }
}
