internal import Glibc
internal import Synchronization

/// The programs that run for this process. Whoever ends it ends them first: what they were given lies in files, and they may run on.
public enum RunningPrograms {
    private struct Known {
        weak var process: ProgramProcess?
    }

    private struct All {
        var known: [ObjectIdentifier: Known] = [:]
        /// Those that are being started: their files may be there, and they are not known yet.
        var starting = 0
        var isOver = false
    }

    private static let all = Mutex(All())

    /// Says that one is to be started; ``hasStarted()`` says that it is, or that nothing is left of it.
    ///
    /// - Returns: false where the process is about to end, and nothing may be started any more.
    static func willStart() -> Bool {
        all.withLock { all in
            guard !all.isOver else { return false }
            all.starting += 1
            return true
        }
    }

    static func hasStarted() { all.withLock { $0.starting -= 1 } }

    /// - Returns: false where the process is about to end.
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
        // What is being started learns there that it may not. That takes no time where the disk answers, and who ends has little of it.
        let patience = ContinuousClock.now + .milliseconds(200)
        while all.withLock({ $0.starting > 0 }), ContinuousClock.now < patience { usleep(1000) }
        for process in processes { process.ask() }
        let end = ContinuousClock.now + grace
        for process in processes {
            process.stop(grace: max(.zero, ContinuousClock.now.duration(to: end)))
            process.removeFiles()
        }
    }

    /// Lets those that have told everything end in their own time, and ends them all.
    public static func finish() {
        // Outside of the lock: the last to let go of one removes it, which takes the lock.
        let processes = all.withLock { $0.known.values.compactMap(\.process) }
        let end = ContinuousClock.now + (processes.map(\.grace).max() ?? .zero)
        for process in processes {
            _ = process.wait(atMost: max(.zero, ContinuousClock.now.duration(to: end)))
        }
        self.end(within: .zero)
    }
}
