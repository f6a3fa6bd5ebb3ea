internal import Glibc
internal import SiltaFormats

/// One run of a program, from its start to its last message: both its outputs are read as they come, and it is stopped where it
/// keeps to no limit.
struct ProgramRun {
    /// A program that has told everything and does not end waits to hear that it is durable.
    private static let linger = Duration.seconds(1)
    private static let pieceLength = 1 << 16
    /// How long it may take until the end of a program is seen whose outputs somebody else holds open.
    private static let look = Duration.milliseconds(100)
    /// What a pipe can hold at most, and may still be read once the program has ended.
    private static let pipeLength = 1 << 20

    let process: ProgramProcess
    let conversation: Conversation
    let limits: ProgramLimits
    let deadline: Duration
    let progress: ReadProgress

    /// - Parameters:
    ///   - errors: takes what it writes to standard error.
    ///   - step: throws where reading should stop.
    /// - Returns: whether the program still runs, and waits.
    /// - Throws: Why nothing of what it told counts; the program has been stopped then.
    func run(_ errors: inout ErrorLines, step: () throws(ReadFailure) -> Void) throws(ReadFailure) -> Bool {
        do throws(ReadFailure) {
            let ending = try read(&errors, step: step)
            errors.finish()
            if let ending, ending != .exited(0) { throw failure(of: ending) }
            guard !errors.hasError else {
                throw ReadFailure(
                    .program, file: nil, "the program told an error (E!), so what it told does not count; its lines are in the journal")
            }
            return ending == nil
        } catch {
            process.stop()
            errors.finish()
            throw error
        }
    }

    /// - Returns: how the program ended; nil where it waits.
    private func read(
        _ errors: inout ErrorLines, step: () throws(ReadFailure) -> Void
    ) throws(ReadFailure) -> ProgramProcess.Ending? {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: ProgramRun.pieceLength, alignment: 16)
        defer { piece.deallocate() }
        var lines = MessageLines()
        let start = ContinuousClock.now
        var quietUntil = start + limits.silence
        var waitsSince: ContinuousClock.Instant?
        var open = [
            pollfd(fd: process.output, events: Int16(POLLIN), revents: 0), pollfd(fd: process.errors, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            try step()
            // Looked at before the pipes: what it wrote before its end is in them now.
            let ending = process.ended()
            let now = ContinuousClock.now
            var rest = ending == nil ? 0 : ProgramRun.pipeLength
            repeat {
                if open[0].fd >= 0 {
                    let count = Glibc.read(process.output, piece.baseAddress, piece.count)
                    if count > 0 {
                        if let quiet = try hear(UnsafeRawBufferPointer(rebasing: piece[..<count]), &lines) { quietUntil = now + quiet }
                    }
                    if count == 0 { open[0].fd = -1 }
                    rest = count > 0 ? rest - count : 0
                } else {
                    rest = 0
                }
            } while rest > 0
            rest = ending == nil ? 0 : ProgramRun.pipeLength
            repeat {
                let count = open[1].fd < 0 ? -1 : Glibc.read(process.errors, piece.baseAddress, piece.count)
                if count > 0 { errors.feed(UnsafeRawBufferPointer(rebasing: piece[..<count])) }
                if count == 0 { open[1].fd = -1 }
                rest = count > 0 ? rest - count : 0
            } while rest > 0
            if let ending {
                try lines.finish { (line) throws(ReadFailure) in _ = try conversation.take(line) }
                return ending
            }
            if conversation.hasEnded {
                let since = waitsSince ?? now
                waitsSince = since
                if now - since >= ProgramRun.linger { return nil }
            } else if now >= quietUntil {
                throw silent(since: conversation.messages)
            }
            if now - start >= deadline {
                throw ReadFailure(.program, file: nil, "the program was not done in time and was stopped [deadline: \(deadline)]")
            }
            if open.allSatisfy({ $0.fd < 0 }) {
                _ = process.wait(atMost: ProgramRun.look)
            } else {
                poll(&open, nfds_t(open.count), Int32(ProgramRun.look.components.attoseconds / 1_000_000_000_000_000))
            }
        }
    }

    /// - Returns: how long it may be silent from now on; nil where nothing that it said was a message.
    private func hear(_ piece: UnsafeRawBufferPointer, _ lines: inout MessageLines) throws(ReadFailure) -> Duration? {
        var quiet: Duration?
        try lines.feed(piece) { (line) throws(ReadFailure) in
            switch try conversation.take(line) {
            case .garbage: break
            case .pause(let pause): quiet = limits.silence + pause
            case .nothing: quiet = limits.silence
            case .progress(let told):
                progress.tell(told)
                quiet = limits.silence
            }
        }
        return quiet
    }

    private func silent(since messages: Int) -> ReadFailure {
        ReadFailure(
            .program, file: nil,
            "the program was silent for too long and was stopped; while it works it must say so with PROGRESS "
                + "[silence: \(limits.silence), messages: \(messages)]")
    }

    private func failure(of ending: ProgramProcess.Ending) -> ReadFailure {
        let sentence =
            switch ending {
            case .exited(127): "the program could not be found or started; its command stands in connector.yaml"
            case .exited(126):
                "the program may not be run, or what its first line names is not there; chmod +x, and `#!/bin/sh` or the like, would be right"
            case .exited(let status): "the program ended with an error, which its lines in the journal should explain [status: \(status)]"
            case .signalled(SIGXCPU):
                "the program used more than its time on the processor and was stopped; if it needs more, raise limits.cpu [cpu: \(limits.cpu)]"
            case .signalled(SIGKILL):
                "the program was killed; if it needs more memory, raise limits.memory [signal: 9, memory: \(limits.memory >> 20) MiB]"
            case .signalled(let signal): "the program broke down [signal: \(signal)]"
            }
        return ReadFailure(.program, file: nil, sentence)
    }
}
