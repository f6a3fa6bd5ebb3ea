import Dispatch
import Foundation
import SiltaConnectors
import Synchronization

/// What a command does that is interrupted: the programs that it has started must not outlive it.
enum Interruption {
    /// Asked for at most so long, then ended by force.
    private static let grace = Duration.milliseconds(500)
    /// Set once, before anything else runs, and never read: a source lives as long as it is held.
    nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

    private static let isUnderway = Atomic(false)

    /// Whoever ends the process now leaves that to the signal, if one has come.
    static func waitIfUnderway() {
        while isUnderway.load(ordering: .acquiring) { sleep(1) }
    }

    /// Ends the process, also where whoever started it has left the signal blocked.
    private static func end(by number: Int32) {
        var only = sigset_t()
        sigemptyset(&only)
        sigaddset(&only, number)
        signal(number, SIG_DFL)
        pthread_sigmask(SIG_UNBLOCK, &only, nil)
        raise(number)
    }

    /// From now on SIGTERM and SIGINT end the programs first, and then this process as they would have.
    static func endsPrograms() {
        for number in [SIGTERM, SIGINT] {
            // One that is ignored, as a shell has it for what it runs in the background, stays so.
            let before = unsafeBitCast(signal(number, SIG_IGN), to: Int.self)
            guard before != unsafeBitCast(SIG_IGN, to: Int.self) else { continue }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                isUnderway.store(true, ordering: .releasing)
                RunningPrograms.end(within: Interruption.grace)
                end(by: number)
            }
            source.resume()
            sources.append(source)
        }
    }
}
