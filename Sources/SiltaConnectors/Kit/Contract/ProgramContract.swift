internal import Foundation
internal import SiltaConfiguration
internal import SiltaCore
internal import SiltaFormats

/// Tries whether a program keeps to what connectors/README.md asks of programs, with the configuration of one of its examples.
///
/// Secrets are invented, and what the program is given is never a source's own.
public struct ProgramContract: Sendable {
    /// So many points of a run are disturbed, spread over it where it has more, and so many of its states are gone on from.
    private static let pointLimit = 24

    private let connector: Connector
    private let plan: ProgramPlan
    private let configuration: JSON
    private let secrets: [String]

    /// - Parameters:
    ///   - folder: the connector's.
    ///   - example: one of ``ConnectorExamples/names``.
    /// - Returns: nil where the connector is no program.
    /// - Throws: what is not right in its manifest or in the example's configuration, with file, line and key path.
    public init?(folder: String, example: String) throws {
        connector = try Connector(
            Manifest(folder: folder), configuration: ConnectorExamples.configuration("\(folder)/examples/\(example)"), host: .rehearsal)
        guard let plan = connector.configuration.plan, let told = connector.configuration.program else { return nil }
        self.plan = plan
        (configuration, secrets) = try told.file(ProgramHost.rehearsal.secret)
    }

    /// - Parameter tell: is given what came of each thing, as it comes.
    public func run(tell: (KitFinding) -> Void) {
        let first: RehearsedRun
        do { first = try run() } catch {
            return tell(
                KitFinding("starting it", rules: [1], .failed, came: "\(error)", right: "the command of the manifest starts the program"))
        }
        tell(ending(of: first))
        tell(lines(of: first))
        let reading = reading()
        tell(protocolKept(reading))
        tell(twice(reading))
        tell(silence(of: first))
        tell(secretsKept(first))
        tell(restarts(after: first))
        tell(unknownState(after: first))
        tell(cuts(of: first))
        tell(stops(of: first, reading))
        tell(errorsClaimNothing(first))
    }

    private func run(
        _ configuration: JSON? = nil, state: JSON? = nil, _ disturbance: RehearsedRun.Disturbance = .none
    ) throws(ReadFailure) -> RehearsedRun {
        try RehearsedRun(connector, plan, configuration: configuration ?? self.configuration, state: state, disturbance)
    }

    private func reading() -> Result<[String], any Error> { Result { try connector.read().canonicalLines() } }

    // MARK: - An ordinary run

    private func ending(of run: RehearsedRun) -> KitFinding {
        let isWell = run.ending == .exited(0) && run.claimsToBeComplete
        let last = run.messages.last.flatMap { $0?["type"]?.string } ?? "no message"
        return KitFinding(
            "its end", rules: [9, 11, 21], isWell ? .passed : .failed,
            came: "\(ProgramContract.sentence(run.ending)) after \(run.lines.count) lines; the last is \(last)",
            right: "it ends with status 0, and where its first message is HELLO, its last is END with the status complete")
    }

    private func lines(of run: RehearsedRun) -> KitFinding {
        let long = run.lines.filter { $0.count > MessageLines.lineLimit }.count
        let strange = zip(run.lines, run.messages).enumerated().filter { $0.element.1 == nil }.map { $0.offset + 1 }
        let first = strange.first.map { ", the first is line \($0)" } ?? ""
        return KitFinding(
            "each line that it writes", rules: [10, 12], long == 0 && strange.isEmpty ? .passed : .failed,
            came: "of \(run.lines.count) lines \(strange.count) are no messages\(first); \(long) are longer than 1 MiB",
            right: "each is a JSON object with a type, on one line of at most 1 MiB")
    }

    private func protocolKept(_ reading: Result<[String], any Error>) -> KitFinding {
        let right = "the poll can be applied"
        switch reading {
        case .success(let lines):
            let rejected = lines.count { $0.hasPrefix("{\"rejected\"") }
            return KitFinding(
                "reading it as a poll does", rules: [10, 14, 15, 16, 17], .passed,
                came: "\(lines.count - rejected) records and claims, \(rejected) rejected records", right: right)
        case .failure(let error):
            return KitFinding("reading it as a poll does", rules: [10, 11, 14, 15, 16], .failed, came: "\(error)", right: right)
        }
    }

    private func twice(_ first: Result<[String], any Error>) -> KitFinding {
        let right = "two runs of the same register tell the same"
        guard case .success(let one) = first else {
            return KitFinding("reading it twice", rules: [18], .skipped, came: "it could not be read once", right: right)
        }
        guard case .success(let two) = reading() else {
            return KitFinding("reading it twice", rules: [18], .failed, came: "the second time it could not be read", right: right)
        }
        // Where a record stood is nobody's business here.
        let other = Set(one.map(ProgramContract.withoutLine)).symmetricDifference(two.map(ProgramContract.withoutLine)).count
        return KitFinding(
            "reading it twice", rules: [18], other == 0 ? .passed : .failed,
            came: other == 0 ? "\(one.count) lines, both times the same" : "\(other) records are in one of the runs only", right: right)
    }

    private func silence(of run: RehearsedRun) -> KitFinding {
        KitFinding(
            "how long it is silent", rules: [5], run.longestSilence < plan.limits.silence ? .passed : .failed,
            came: "at most \(ProgramContract.tenths(run.longestSilence)) s",
            right: "some message comes at least every \(ProgramContract.tenths(plan.limits.silence)) s; PROGRESS will do")
    }

    private func secretsKept(_ run: RehearsedRun) -> KitFinding {
        let right = "no secret stands in what it writes, in no form"
        guard !secrets.isEmpty else {
            return KitFinding(
                "secrets in its output", rules: [2, 7], .skipped,
                came: "the example configures no secret; one such as `token: credential:token` would be tried with an invented value",
                right: right)
        }
        let values = SecretValues(secrets)
        let places = [("standard output", Array(run.lines.joined(separator: [10]))), ("standard error", run.errors)].filter {
            values.blanked($0.1) != $0.1
        }
        return KitFinding(
            "secrets in its output", rules: [2, 7], places.isEmpty ? .passed : .failed,
            came: places.isEmpty ? "none in \(run.lines.count) lines" : "a secret in \(places.map(\.0).joined(separator: " and in "))",
            right: right)
    }

    // MARK: - Going on

    private func restarts(after first: RehearsedRun) -> KitFinding {
        let (tried, rules) = ("going on from each state that it gave", [3, 19])
        let right = "what was told before the state, and what is told after it, are everything"
        guard plan.telling == .changes else {
            return KitFinding(
                tried, rules: rules, .skipped, came: "it tells everything each time, and is never given a state", right: right)
        }
        let messages = first.messages
        let states = messages.indices.filter { messages[$0]?["type"] == "STATE" }
        guard !states.isEmpty else {
            return KitFinding(tried, rules: rules, .failed, came: "it gave no state", right: "with tells: changes it gives STATE")
        }
        let all = Set(first.records)
        for (number, index) in ProgramContract.spread(states).enumerated() {
            guard let state = messages[index]?["value"], let run = try? run(state: state), run.claimsToBeComplete, run.ending == .exited(0)
            else {
                return KitFinding(
                    tried, rules: rules, .failed, came: "from state \(number + 1), line \(index + 1), it did not end well", right: right)
            }
            let before = Set(messages[..<index].compactMap { $0.flatMap(RehearsedRun.record) })
            let missing = all.subtracting(before).subtracting(run.records).count
            guard missing == 0 else {
                return KitFinding(
                    tried, rules: rules, .failed,
                    came:
                        "from state \(number + 1), line \(index + 1), \(missing) of \(all.count) records were told neither before nor after",
                    right: right)
            }
        }
        return KitFinding(
            tried, rules: rules, .passed,
            came: "\(min(states.count, ProgramContract.pointLimit)) of \(states.count) states, nothing missing",
            right: right)
    }

    private func unknownState(after first: RehearsedRun) -> KitFinding {
        let (tried, rules) = ("a state that it never gave", [3, 19])
        let right = "it fails clearly, or tells nothing new, or tells everything; never a part as if it were all"
        guard plan.telling == .changes else {
            return KitFinding(
                tried, rules: rules, .skipped, came: "it tells everything each time, and is never given a state", right: right)
        }
        guard let run = try? run(state: ["of-another-version": "9999-12-31T00:00:00Z"]) else {
            return KitFinding(tried, rules: rules, .failed, came: "it could not be started", right: right)
        }
        guard run.ending != nil else { return KitFinding(tried, rules: rules, .failed, came: "it did not end", right: right) }
        if run.ending != .exited(0) || !run.claimsToBeComplete || run.hasErrorLine {
            return KitFinding(tried, rules: rules, .passed, came: "it fails clearly", right: right)
        }
        let (told, all) = (Set(run.records), Set(first.records))
        let isRight = told.isEmpty || told.isSuperset(of: all)
        return KitFinding(
            tried, rules: rules, isRight ? .passed : .failed, came: "it told \(told.count) of \(all.count) records", right: right)
    }

    // MARK: - Disturbances

    private func cuts(of first: RehearsedRun) -> KitFinding {
        let (tried, rules) = ("a pipe that nobody reads any more", [6])
        let right = "it ends by itself, within limits.grace"
        let points = ProgramContract.spread(Array(1...max(1, first.lines.count)))
        for point in points {
            guard let run = try? run(.none, .cut(after: point)), run.ending != nil else {
                return KitFinding(tried, rules: rules, .failed, came: "cut after line \(point), it went on and was killed", right: right)
            }
        }
        return KitFinding(tried, rules: rules, .passed, came: "cut after \(ProgramContract.list(points)): it ended each time", right: right)
    }

    private func stops(of first: RehearsedRun, _ reading: Result<[String], any Error>) -> KitFinding {
        let (tried, rules) = ("being stopped in the middle, at several messages", [6])
        let right = "it ends within limits.grace of SIGTERM, and the next run is as if nothing had been"
        let points = ProgramContract.spread(Array(1...max(1, first.lines.count)))
        for point in points {
            guard let run = try? run(.none, .stop(after: point)), run.ending != nil else {
                return KitFinding(tried, rules: rules, .failed, came: "stopped at line \(point), it went on and was killed", right: right)
            }
        }
        guard case .success(let before) = reading, case .success(let after) = self.reading() else {
            return KitFinding(tried, rules: rules, .skipped, came: "it could not be read before or after", right: right)
        }
        let isSame = Set(before.map(ProgramContract.withoutLine)) == Set(after.map(ProgramContract.withoutLine))
        return KitFinding(
            tried, rules: rules, isSame ? .passed : .failed,
            came: "stopped at \(ProgramContract.list(points)); afterwards it tells \(isSame ? "the same" : "something else")", right: right)
    }

    /// Coverage that is claimed although something went wrong is how marks are withdrawn that nobody has taken back.
    private func errorsClaimNothing(_ first: RehearsedRun) -> KitFinding {
        let (tried, rules) = ("a register that is not there", [8, 13, 18])
        let right = "it ends with END incomplete or another status than 0, and never as complete"
        guard let broken = broken(configuration) else {
            return KitFinding(
                tried, rules: rules, .skipped,
                came: "its configuration has no path (path: true) and no URL that could lead nowhere", right: right)
        }
        guard let run = try? run(broken) else {
            return KitFinding(tried, rules: rules, .failed, came: "it could not be started", right: right)
        }
        let isWrong = run.claimsToBeComplete && run.ending == .exited(0) && !run.hasErrorLine
        return KitFinding(
            tried, rules: rules, isWrong || run.ending == nil ? .failed : .passed,
            came: isWrong ? "it says that it told everything" : ProgramContract.sentence(run.ending), right: right)
    }

    /// The configuration with every path and every URL leading nowhere; nil where there is none.
    private func broken(_ configuration: JSON) -> JSON? {
        var isBroken = false
        let members = configuration.members.map { member -> JSON.Member in
            guard let text = member.value.string else { return member }
            if connector.manifest.configuration.property(member.name)?.schema.isPath == true {
                isBroken = true
                return JSON.Member(member.name, .string(text + "/nowhere"))
            }
            guard text.contains("://") else { return member }
            isBroken = true
            // The port of nobody.
            return JSON.Member(member.name, .string("http://127.0.0.1:9/nowhere"))
        }
        return isBroken ? .object(members) : nil
    }

    // MARK: - Words

    private static func sentence(_ ending: ProgramProcess.Ending?) -> String {
        switch ending {
        case .exited(let status): "it ended with status \(status)"
        case .signalled(let signal): "it ended with signal \(signal)"
        case nil: "it did not end and was killed"
        }
    }

    private static func list(_ lines: [Int]) -> String {
        (lines.count == 1 ? "line " : "lines ") + lines.map(String.init).joined(separator: ", ")
    }

    private static func tenths(_ duration: Duration) -> String {
        let tenths = duration.components.seconds * 10 + duration.components.attoseconds / 100_000_000_000_000_000
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// At most so many, the first and the last among them.
    private static func spread(_ points: [Int]) -> [Int] {
        guard points.count > pointLimit else { return points }
        return (0..<pointLimit).map { points[$0 * (points.count - 1) / (pointLimit - 1)] }
    }

    private static func withoutLine(_ line: String) -> String {
        line.replacing(/"line":[0-9]+,/, with: "", maxReplacements: 1)
    }
}

extension ProgramHost {
    /// For examples: every credential has an invented value, and what the program writes is not shown.
    static let rehearsal = ProgramHost(deadline: .seconds(120), secret: { "invented-\($0.name)-7f3Kq9Zx" })
}
