internal import CSpawn
internal import Glibc
internal import Synchronization

/// A program that runs, with everything that it starts: in a session and process group of its own, with pipes to its standard
/// output and error, and a socket to its standard input. Ends, by force if need be, with this value.
final class ProgramProcess: Sendable {
    /// How a program ended.
    enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    let pid: pid_t
    /// What the program writes. Reading never blocks.
    let output: Int32
    let errors: Int32
    private let input: Int32
    private let group: ControlGroup?
    let grace: Duration
    /// Its configuration and what it writes itself, which go when it has ended.
    private let files: PrivateFolder
    /// Held while the program is waited for; nil while it runs.
    private let ending = Mutex<Ending?>(nil)

    /// Limits are set by a shell that becomes the program: they hold from its first instruction on. No core dump is left: it would
    /// hold pupils and secrets. Where there is a narrower limit already, that one holds; without any, nothing is started.
    private static let wrapper = """
        ulimit -c 0; ulimit -H -t "$2" 2>/dev/null; ulimit -S -t "$1" 2>/dev/null; ulimit -d "$3" 2>/dev/null
        [ "$(ulimit -S -t)" -le "$1" ] 2>/dev/null && [ "$(ulimit -S -d)" -le "$3" ] 2>/dev/null || {
        echo "E! the program was not started: its limits of time and memory cannot be set here" >&2; exit 126; }
        [ -z "$4" ] || echo 0 2>/dev/null >"$4/cgroup.procs"
        shift 4; exec "$@"
        """

    /// - Parameters:
    ///   - folder: which it runs in.
    ///   - environment: `NAME=value`, and nothing else.
    init(
        _ command: [String], in folder: String, files: PrivateFolder, environment: [String], limits: ProgramLimits
    ) throws(ReadFailure) {
        grace = limits.grace
        self.files = files
        group = ControlGroup(memory: limits.memory)
        let cpu = max(1, limits.cpu.components.seconds)
        let arguments =
            ["/bin/sh", "-c", ProgramProcess.wrapper, "silta", "\(cpu)", "\(cpu + 5)", "\(limits.memory >> 10)", group?.path ?? ""]
            + command
        var pipes: [Int32] = [-1, -1, -1, -1, -1, -1]
        let flags = O_CLOEXEC
        let isMade = pipes.withUnsafeMutableBufferPointer { ends -> Bool in
            guard let base = ends.baseAddress else { return false }
            return socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, base) == 0
                && pipe2(base + 2, flags) == 0 && pipe2(base + 4, flags) == 0
        }
        var error = isMade ? 0 : errno
        var pid: pid_t = 0
        if isMade {
            error = ProgramProcess.spawn(arguments, in: folder, environment: environment, ends: [pipes[1], pipes[3], pipes[5]], &pid)
        }
        for end in [pipes[1], pipes[3], pipes[5]] where end >= 0 { close(end) }
        (self.pid, input, output, errors) = (pid, pipes[0], pipes[2], pipes[4])
        for end in [input, output, errors] where end >= 0 { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
        if error == 0, !RunningPrograms.add(self) {
            stop(grace: .zero)
            throw ReadFailure(.stopped, file: nil, "silta is stopping")
        }
        guard error == 0 else {
            ending.withLock { $0 = .exited(126) }
            throw ReadFailure(.program, file: nil, "the program could not be started: \(SystemError.text(error)) [folder: \(folder)]")
        }
    }

    deinit {
        RunningPrograms.remove(ObjectIdentifier(self))
        stop(grace: .zero)
        for end in [input, output, errors] where end >= 0 { close(end) }
    }

    private static func spawn(
        _ arguments: [String], in folder: String, environment: [String], ends: [Int32], _ pid: inout pid_t
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (standard, end) in ends.enumerated() { posix_spawn_file_actions_adddup2(&actions, end, Int32(standard)) }
        posix_spawn_file_actions_addchdir_np(&actions, folder)
        // Whatever else is open here, such as the lock of a log's folder, is not the program's to hold.
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | silta_spawn_setsid)
        var words = arguments.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for text in words + variables { free(text) } }
        return posix_spawn(&pid, arguments[0], &actions, &attributes, &words, &variables)
    }

    // MARK: - Its end

    /// How it ended; nil while it runs. What it started may run on.
    func ended() -> Ending? {
        ending.withLock { ending in
            if ending != nil { return ending }
            var status: Int32 = 0
            guard hasExited else { return nil }
            // While the program is not waited for, its number is nobody else's: now its group can be ended without hitting another.
            kill(-pid, SIGKILL)
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            ending = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
            group?.kill()
            return ending
        }
    }

    private var hasExited: Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_signo != 0
    }

    /// Asks it to end, and kills it and everything that it started where it has not after the grace.
    func stop(grace: Duration? = nil) {
        guard ended() == nil else { return }
        let grace = grace ?? self.grace
        if grace > .zero {
            ask()
            if wait(atMost: grace) != nil { return }
        }
        kill(-pid, SIGKILL)
        group?.kill()
        _ = wait(atMost: .seconds(10))
    }

    /// Asks it to end.
    func ask() {
        guard ended() == nil else { return }
        kill(-pid, SIGTERM)
        // A stopped process does not hear it.
        kill(-pid, SIGCONT)
    }

    /// What it was given goes, although somebody still holds this.
    func removeFiles() { files.remove() }

    /// Waits for its end.
    func wait(atMost duration: Duration) -> Ending? {
        let end = ContinuousClock.now + duration
        var pause: UInt32 = 500
        while true {
            if let ending = ended() { return ending }
            guard ContinuousClock.now < end else { return nil }
            usleep(pause)
            pause = min(pause * 2, 20_000)
        }
    }

    // MARK: - What it is told

    /// Writes to its standard input, as far as it takes it at once, and closes it.
    func tellLast(_ text: [UInt8]) {
        _ = text.withUnsafeBytes { send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        shutdown(input, Int32(SHUT_WR))
    }
}
