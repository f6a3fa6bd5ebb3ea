internal import Foundation
internal import Glibc
internal import SiltaFormats

/// One run of a program of which every line is kept, to be looked at: without what `Connector` makes of them.
struct RehearsedRun {
    /// What is done to the program once it has written so many lines.
    enum Disturbance {
        case none
        /// Nobody reads its output any more.
        case cut(after: Int)
        /// It is asked to end.
        case stop(after: Int)
    }

    /// More is not kept: a program that writes so much in an example is not to be judged by it.
    private static let byteLimit = 64 << 20
    private static let linger = Duration.seconds(1)

    /// Without their line ends.
    private(set) var lines: [[UInt8]] = []
    private(set) var errors: [UInt8] = []
    private(set) var longestSilence = Duration.zero
    /// Nil where it had to be killed.
    private(set) var ending: ProgramProcess.Ending?
    /// From the disturbance, or from the last line, to the end.
    private(set) var timeToEnd = Duration.zero
    /// Whether it was disturbed before it had ended by itself.
    private(set) var wasDisturbed = false

    /// The messages among the lines; nil for a line that is none.
    var messages: [JSON?] {
        lines.map { line in
            guard let json = try? JSON.parse(line), json["type"]?.string != nil else { return nil }
            return json
        }
    }

    /// Records with their streams, as text that is the same for the same record.
    var records: [String] { messages.compactMap { $0.flatMap(RehearsedRun.record) } }

    static func record(_ message: JSON) -> String? {
        guard message["type"] == "RECORD" else { return nil }
        return "\(message["stream"]?.text ?? "") \(message["record"]?.text ?? "")"
    }

    /// Whether the last message says that everything was told; of a Singer tap, that it has ended well.
    var claimsToBeComplete: Bool {
        let messages = messages.compactMap(\.self)
        if messages.first?["type"] == "HELLO" { return messages.last?["type"] == "END" && messages.last?["status"] == "complete" }
        return ending == .exited(0) && !messages.isEmpty
    }

    var hasErrorLine: Bool { errors.split(separator: UInt8(ascii: "\n")).contains { $0.starts(with: "E!".utf8) } }

    init(
        _ connector: Connector, _ plan: ProgramPlan, configuration: JSON, state: JSON? = nil, _ disturbance: Disturbance = .none
    ) throws(ReadFailure) {
        let process = try connector.start(plan, configuration: configuration, state: state)
        run(process, plan.limits, disturbance, until: ContinuousClock.now + connector.host.deadline)
    }

    private mutating func run(
        _ process: ProgramProcess, _ limits: ProgramLimits, _ disturbance: Disturbance, until deadline: ContinuousClock.Instant
    ) {
        var open = [
            pollfd(fd: process.output, events: Int16(POLLIN), revents: 0), pollfd(fd: process.errors, events: Int16(POLLIN), revents: 0),
        ]
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        var rest: [UInt8] = []
        var last = ContinuousClock.now
        var isTold = false
        while true {
            let ended = process.ended()
            for index in open.indices where open[index].fd >= 0 {
                while true {
                    let count = read(open[index].fd, &piece, piece.count)
                    if count == 0 { open[index].fd = -1 }
                    guard count > 0 else { break }
                    guard index == 0 else {
                        errors += piece[..<count].prefix(max(0, RehearsedRun.byteLimit - errors.count))
                        continue
                    }
                    longestSilence = max(longestSilence, ContinuousClock.now - last)
                    last = ContinuousClock.now
                    keep(piece[..<count], &rest)
                    if wasDisturbed { break }
                    switch disturbance {
                    case .cut(let number) where lines.count >= number:
                        wasDisturbed = true
                        // Whoever writes now hears that nobody reads; the descriptor stays the process's.
                        let nothing = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
                        dup2(nothing, process.output)
                        close(nothing)
                        open[0].fd = -1
                    case .stop(let number) where lines.count >= number:
                        wasDisturbed = true
                        kill(-process.pid, SIGTERM)
                    default: break
                    }
                    if open[index].fd < 0 { break }
                }
            }
            if let ended {
                ending = ended
                break
            }
            // A program may wait to hear that all is durable; here nothing ever is.
            if !isTold, wasDisturbed || (claimsEnd(rest) && ContinuousClock.now - last > RehearsedRun.linger) {
                isTold = true
                process.tellLast([])
            }
            let patience = isTold ? limits.grace + .seconds(1) : limits.silence
            guard ContinuousClock.now - last < patience, ContinuousClock.now < deadline, lines.count < 1_000_000 else {
                process.stop(grace: .zero)
                break
            }
            if open.allSatisfy({ $0.fd < 0 }) { _ = process.wait(atMost: .milliseconds(50)) } else { poll(&open, 2, 50) }
        }
        timeToEnd = ContinuousClock.now - last
        if !rest.isEmpty { lines.append(rest) }
    }

    private func claimsEnd(_ rest: [UInt8]) -> Bool {
        rest.isEmpty && lines.last.map { (try? JSON.parse($0))?["type"] == "END" } == true
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>, _ rest: inout [UInt8]) {
        var bytes = bytes
        while let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(rest + bytes[..<end])
            rest = []
            bytes = bytes[(end + 1)...]
        }
        rest += bytes.prefix(max(0, RehearsedRun.byteLimit - rest.count))
    }
}
