import Foundation
import ServiceLifecycle
import SiltaConnectors
import SiltaDaemon
import SiltaSystemd

/// Says that the daemon ends, and ends the process where something will not: what is in the files is whole at every moment.
struct EndingService: Service {
    let manager: ServiceManager
    let stop: Stop
    let announce: Announce
    /// From the signal to the end of the process.
    let longest: Duration

    func run() async throws {
        try? await gracefulShutdown()
        manager.stopping()
        announce(.stopping, nil)
        stop.ask()
        let seconds = longest / .seconds(1)
        // Not a task: nothing that tasks wait for holds up this thread.
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: seconds)
            RunningPrograms.end(within: .zero)
            _exit(0)
        }
    }
}
