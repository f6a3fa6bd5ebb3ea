internal import Foundation
internal import SiltaFormats

/// A program that has told everything and waits to hear that it is durable: then it gets its state back on standard input. Where it
/// never is, standard input is only closed.
final class Acknowledgement: Sendable {
    private let process: ProgramProcess
    private let state: JSON?
    private let grace: Duration

    init(_ process: ProgramProcess, state: JSON?, grace: Duration) {
        self.process = process
        self.state = state
        self.grace = grace
    }

    deinit { Acknowledgement.end(process, grace) }

    /// Returns at once: the program may take its time to end, within its grace.
    func committed() {
        process.tellLast(JSON.fields(["type": "STATE", "value": state ?? .null]).bytes + [UInt8(ascii: "\n")])
    }

    private static func end(_ process: ProgramProcess, _ grace: Duration) {
        Thread.detachNewThread {
            process.tellLast([])
            if process.wait(atMost: grace) == nil { process.stop() }
        }
    }
}
