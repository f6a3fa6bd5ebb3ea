internal import Synchronization

/// The programs that run for this process. Whoever ends it ends them first: what they were given lies in files, and they may run on.
public enum RunningPrograms {
    private struct Known {
        weak var process: ProgramProcess?
    }

    private struct All {
        var known: [ObjectIdentifier: Known] = [:]
        var isOver = false
    }

    private static let all = Mutex(All())

    /// - Returns: false where the process is about to end, and nothing may be started any more.
    static func add(_ process: ProgramProcess) -> Bool {
        all.withLock { all in
            guard !all.isOver else { return false }
            all.known[ObjectIdentifier(process)] = Known(process: process)
            return true
        }
    }

    static func remove(_ process: ObjectIdentifier) { all.withLock { $0.known[process] = nil } }

    /// Ends all of them, by force where they have not ended by themselves in time, and removes what they were given. From now on none is
    /// started.
    public static func end(within grace: Duration) {
        let processes = all.withLock { all in
            all.isOver = true
            return all.known.values.compactMap(\.process)
        }
        for process in processes { process.ask() }
        let end = ContinuousClock.now + grace
        for process in processes {
            process.stop(grace: max(.zero, ContinuousClock.now.duration(to: end)))
            process.removeFiles()
        }
    }

    /// Lets those that have told everything end in their own time, and ends them all.
    public static func finish() {
        let graces = all.withLock { $0.known.values.compactMap { $0.process?.grace } }
        let end = ContinuousClock.now + (graces.max() ?? .zero)
        for process in all.withLock({ $0.known.values.compactMap(\.process) }) {
            _ = process.wait(atMost: max(.zero, ContinuousClock.now.duration(to: end)))
        }
        self.end(within: .zero)
    }
}
