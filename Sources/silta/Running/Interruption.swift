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
                signal(number, SIG_DFL)
                kill(getpid(), number)
            }
            source.resume()
            sources.append(source)
        }
    }
}
