import Glibc
import Synchronization

/// Where the service's log lines go: to the system's journal with their fields where standard error leads there, else to standard error,
/// one line each.
///
/// ```swift
/// let journal = Journal(environment: ProcessInfo.processInfo.environment, now: { now })
/// journal.record(JournalLine(.warning, "The register did not answer.", fields: ["provider": "kuusela", "source": "primus"]))
/// ```
///
/// A line that is the same as one before (priority, message id, sentence and fields) is written once, and after that at most once in ten
/// minutes, as `… (412 times since 21:09:24Z)`. Whoever takes the lines may be slow: a line waits some milliseconds at most, then it is
/// counted, and the next one that goes through comes after a line that tells the count. Nothing here throws.
///
/// Limits: a sentence has 4,096 bytes, a line 16 fields of 1,024 bytes each, and a line on standard error 4,096 bytes in all; what is
/// longer is shortened, and ends in `… [shortened]`. Of 1,000 lines it is remembered that they were written.
public final class Journal: Sendable {
    private struct State {
        var repetitions: Repetitions
        var lost = 0
        var lostSince: Int64 = 0
    }

    private let outlet: Outlet
    private let now: @Sendable () -> Int64
    private let state: Mutex<State>

    /// - Parameters:
    ///   - environment: of this process; `JOURNAL_STREAM` is looked at.
    ///   - now: milliseconds since 1970. Called while others wait to write, so it must not record a line itself.
    public convenience init(environment: [String: String], now: @escaping @Sendable () -> Int64) {
        let address = UnixAddress("/run/systemd/journal/socket")
        self.init(
            outlet: Outlet(environment: environment, descriptor: STDERR_FILENO, address: address, identifier: "silta"), now: now)
    }

    init(outlet: Outlet, repetitions: Repetitions = Repetitions(), now: @escaping @Sendable () -> Int64) {
        self.outlet = outlet
        self.now = now
        state = Mutex(State(repetitions: repetitions))
    }

    /// Writes a line, or counts it where it was written less than ten minutes ago.
    public func record(_ line: JournalLine) {
        write { $0.take(line.bounded, at: $1) }
    }

    /// Tells the counts whose ten minutes are over. `record` does it too; to be called from time to time, lest a count that nothing follows
    /// stays untold.
    public func settle() {
        write { $0.due(at: $1) }
    }

    /// Tells all counts, as the last thing that the process does.
    public func finish() {
        write { repetitions, _ in repetitions.rest() }
    }

    private func write(_ tellings: (inout Repetitions, Int64) -> [Repetitions.Telling]) {
        state.withLock { state in
            let now = now()
            for telling in tellings(&state.repetitions, now) { write(telling.asLine, now, &state) }
        }
    }

    private func write(_ line: JournalLine, _ now: Int64, _ state: inout State) {
        let time = UTCTime(milliseconds: now)
        // While lines are being lost nobody waits: else everybody who has something to say would, one after the other.
        if state.lost > 0 && !outlet.write(loss(state), at: time, isPatient: false) {
            state.lost += 1
            return
        }
        state.lost = 0
        if !outlet.write(line, at: time, isPatient: true) {
            state.lost = 1
            state.lostSince = now
        }
    }

    private func loss(_ state: State) -> JournalLine {
        let lines = state.lost == 1 ? "1 line was" : "\(state.lost) lines were"
        return JournalLine(.warning, "\(lines) lost since \(UTCTime(milliseconds: state.lostSince).clock): the log did not take them.")
    }
}
