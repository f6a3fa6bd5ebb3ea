import Foundation
import SiltaFormats
import Synchronization

/// Where a command's answers and complaints go: to this process's own, or to the caller of the daemon.
final class Output: Sendable {
    /// An answer that is longer is cut off: nobody reads it, and the daemon must hold it meanwhile.
    static let maximumBytes = 128 << 20

    private struct State {
        var frames: [UInt8] = []
        var needsAttention = false
        var isCutOff = false
    }

    private let isForCaller: Bool
    private let state = Mutex(State())

    /// The process's own standard output and standard error.
    static var standard: Output { Output(isForCaller: false) }
    /// Kept as frames of the daemon's answer.
    static var forCaller: Output { Output(isForCaller: true) }

    private init(isForCaller: Bool) {
        self.isForCaller = isForCaller
    }

    func say(_ line: String) {
        if isForCaller { append(.out(line)) } else { print(line) }
    }

    func say(_ json: JSON) {
        say(json.text)
    }

    func complain(_ line: String) {
        if isForCaller { append(.err(line)) } else { StandardError.complain(line) }
    }

    /// It is done, but something needs a person; it has been said.
    func needsAttention() {
        state.withLock { $0.needsAttention = true }
    }

    var hasAttention: Bool { state.withLock(\.needsAttention) }

    /// Progress of long work: only where somebody looks on.
    func progress(_ what: String) -> (Int64, Int64) -> Void {
        isForCaller ? { _, _ in } : StandardError.progress(what)
    }

    /// Rows under a heading, in columns.
    func table(_ heading: [String], _ rows: [[String]]) {
        let widths = heading.indices.map { column in ([heading] + rows).map { $0[column].count }.max() ?? 0 }
        for row in [heading] + rows {
            let cells = zip(row, widths).map { cell, width in cell.padding(toLength: width, withPad: " ", startingAt: 0) }
            say(cells.joined(separator: "  ").trimmingSuffix(while: \.isWhitespace))
        }
    }

    /// The frames of the whole answer.
    func finish(exitCode: Int32) -> [UInt8] {
        state.withLock { state in
            if state.isCutOff {
                Frame.err("the answer is too long for the daemon's socket and was cut off").write(into: &state.frames)
            }
            Frame.exit(state.isCutOff && exitCode == 0 ? 1 : exitCode).write(into: &state.frames)
            return state.frames
        }
    }

    private func append(_ frame: Frame) {
        state.withLock { state in
            guard state.frames.count < Output.maximumBytes else {
                state.isCutOff = true
                return
            }
            frame.write(into: &state.frames)
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, condition(last) { text.removeLast() }
        return String(text)
    }
}
