import ArgumentParser
import Foundation
import SiltaConnectors
import SiltaFormats

extension ConnectorCommand {
    struct TestConnector: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Runs a connector's examples, and tries whether a program keeps to the rules of connectors/README.md.",
            discussion: """
                What it says may be handed to whoever wrote the connector: nothing of a record stands in it. The examples are all it reads.
                """)

        @Argument(help: "The connector's name, or its folder.")
        var connector: String

        @Option(help: "The example whose configuration the program is tried with; else the first.")
        var example: String?

        @Flag(inversion: .prefixedNo, help: "Whether a program is tried against its rules, beside its examples.")
        var programContract = true

        @Flag(help: "Where an example has no expected.jsonl, write what came: to be looked at, line by line.")
        var writeExpected = false

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let folder = try ConnectorLibrary.folder(named: connector, options)
            let manifest = try Manifest(folder: folder)
            let examples = try ConnectorExamples(folder: folder)
            var findings: [KitFinding] = []
            func tell(_ finding: KitFinding) {
                findings.append(finding)
                if !options.json { Output.standard.say(finding.sentence) }
            }
            if !options.json {
                Output.standard.say("\(manifest.name) \(manifest.version), tried with silta \(Silta.version) on \(TestConnector.today)")
            }
            if examples.names.isEmpty {
                tell(
                    KitFinding(
                        "its examples", .failed, came: "there are none",
                        right: "examples/<case>/ holds config.yaml, what is read, and expected.jsonl"))
            }
            for name in examples.names {
                let outcome = examples.run(name)
                if writeExpected { try examples.writeExpected(outcome) }
                let isWritten = writeExpected && outcome.isUnwritten && outcome.failure == nil
                tell(isWritten ? examples.run(name).writtenFinding : outcome.finding)
            }
            if programContract, manifest.program != nil, let first = example ?? examples.names.first {
                guard examples.names.contains(first) else {
                    throw UsageError("there is no example \"\(first)\"; there are \(examples.names.joined(separator: ", "))")
                }
                try ProgramContract(folder: folder, example: first)?.run(tell: tell)
            }
            let counts = [KitFinding.Result.passed, .failed, .skipped].map { result in findings.count { $0.result == result } }
            if options.json {
                Output.standard.say(
                    [
                        "connector": manifest.name.json, "version": manifest.version.json, "silta": Silta.version.json,
                        "date": TestConnector.today.json, "passed": counts[0].json, "failed": counts[1].json, "skipped": counts[2].json,
                        "findings": .array(findings.map(\.json)),
                    ] as JSON)
            } else {
                Output.standard.say("\(counts[0]) passed, \(counts[1]) failed, \(counts[2]) could not be tried")
            }
            if counts[1] > 0 { throw ExitCode(1) }
        }

        private static var today: String { Date().formatted(.iso8601.year().month().day()) }
    }
}

extension ConnectorExamples.Outcome {
    /// Of what was written just now: that it comes twice is all that it shows.
    fileprivate var writtenFinding: KitFinding {
        guard isAsExpected else { return finding }
        return KitFinding(
            "the example \(name)", .passed, came: "\(actual.count) lines, written to expected.jsonl; look at each", right: "the same twice")
    }

    fileprivate var finding: KitFinding {
        let tried = "the example \(name)"
        let right = "exactly the lines of its expected.jsonl, in that order"
        if isAsExpected { return KitFinding(tried, .passed, came: "\(actual.count) lines, as expected", right: right) }
        if let failure { return KitFinding(tried, .failed, came: failure, right: right) }
        guard !isUnwritten else {
            return KitFinding(
                tried, .failed, came: "\(actual.count) lines, and there is no expected.jsonl",
                right: "the lines that must come, which --write-expected writes as they came, to be looked at one by one")
        }
        let isOnlyOrder = missing.isEmpty && unexpected.isEmpty
        return KitFinding(
            tried, .failed,
            came: isOnlyOrder
                ? "the expected lines in another order"
                : "\(missing.count) lines are missing, \(unexpected.count) are not expected\(places)",
            right: right)
    }
}

extension ConnectorExamples.Outcome {
    /// Where the first of the lines is that differ: where its record was read, and nothing of the record.
    private var places: String {
        guard let line = (missing + unexpected).first, let json = try? JSON.parse(line) else { return "" }
        let kind = json["record"]?.string ?? json["rejected"]?.string ?? "record"
        let number = json["line"]?.integer.map { " of line \($0)" } ?? ""
        return "; the first is the \(json["rejected"] == nil ? "" : "rejected ")\(kind)\(number)"
    }
}

extension KitFinding {
    private var ruleText: String { rules.isEmpty ? "" : " [rule \(rules.map(String.init).joined(separator: ", "))]" }

    fileprivate var sentence: String {
        let mark =
            switch result {
            case .passed: "passed "
            case .failed: "FAILED "
            case .skipped: "skipped"
            }
        return "\(mark)  \(tried): \(came)" + (result == .failed ? "; right would be: \(right)" : "") + ruleText
    }

    fileprivate var json: JSON {
        [
            "tried": tried.json, "result": result.rawValue.json, "came": came.json, "right": right.json,
            "rules": .array(rules.map(\.json)),
        ]
    }
}
