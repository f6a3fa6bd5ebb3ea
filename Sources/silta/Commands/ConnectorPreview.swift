import ArgumentParser
import Foundation
import SiltaConfiguration
import SiltaConnectors
import SiltaCore
import SiltaDaemon
import SiltaFormats

extension ConnectorCommand {
    struct Preview: ProviderCommand {
        static let title = "connector preview"
        static let roles: Set<Role> = [.operator, .dataProtection]
        static let configuration = CommandConfiguration(
            abstract: "Reads a source in full and says what its poll would change; nothing is applied.",
            discussion: "Counts only; with --records the records themselves, and then that they were shown is in the log first.")

        @Argument(help: "The source's id.")
        var source: String?

        @Option(help: "Instead of a source: a connector's name or folder, read with --settings and compared with nothing.")
        var connector: String?

        @Option(help: "With --connector: a file with what would stand under `config` of a source.")
        var settings: String?

        @Flag(help: "The canonical records, one JSON object a line. These are personal data.")
        var records = false

        @OptionGroup var options: GlobalOptions

        var onlyReads: Bool { !records }
        /// Records are pupils' data: whoever only runs the machine does not see them.
        var allowedRoles: Set<Role> { records ? [.dataProtection] : Preview.roles }

        func validate() throws {
            guard (source == nil) != (connector == nil), (connector == nil) == (settings == nil) else {
                throw ValidationError("name a source, or --connector together with --settings")
            }
        }

        func run() async throws {
            guard let connector, let settings else {
                let installation = try Installation(options)
                if try DaemonSocket(installation).forward(CommandLine.arguments.dropFirst()) { return }
                return try await runHere(installation)
            }
            let manifest = try Manifest(folder: ConnectorLibrary.folder(named: connector, options))
            let configuration = try YAMLDocument.parse(Installation.text(of: settings), file: settings)
            let reading = try Preview.connector(manifest, configuration, options).read()
            if records { for line in reading.canonicalLines() { Output.standard.say(line) } }
            say(PreviewReport(reading, rejected: reading.rejected, decision: nil), Output.standard)
        }

        /// With the credentials and the way to servers of the installation; where there is none, one that reads files of this machine.
        private static func connector(_ manifest: Manifest, _ configuration: Setting, _ options: GlobalOptions) throws -> Connector {
            guard options.namesInstallation else { return try Connector(manifest, configuration: configuration, program: Silta.version) }
            return try Installation(options).connector(manifest, configuration: configuration)
        }

        func perform(in session: Session) async throws {
            guard let configured = session.provider.sources.first(where: { $0.id.rawValue == source }) else {
                let ids = session.provider.sources.map(\.id.rawValue).joined(separator: ", ")
                throw UsageError("there is no source \"\(source ?? "")\"; there are \(ids)")
            }
            let live = try session.installation.source(configured, of: session.provider)
            // A register may take its time, and nobody else is to wait for it.
            let read = await OwnThread.run(atMost: configured.deadline) { Result { try live.reading() } }
            guard let reading = try read?.get() else {
                throw Failure("the register was not read to its end in time [deadline: \(configured.deadline)]")
            }
            let preview = try session.bridge.preview(reading, of: live)
            if records {
                try session.bridge.access(
                    AccessEvent(pupil: nil, what: Preview.title, fields: ["records of the source \(live.id)"], why: nil),
                    by: session.caller)
                for line in reading.canonicalLines() { session.output.say(line) }
            }
            let report = PreviewReport(reading, rejected: preview.rejected, decision: preview.decision)
            say(report, session.output)
            if case .hold = preview.decision { session.output.needsAttention() }
        }

        private func say(_ report: PreviewReport, _ output: Output) {
            if options.json { output.say(report.json) } else { report.lines.forEach(output.say) }
        }
    }
}

/// What a poll would come to, without anything of a pupil.
private struct PreviewReport {
    let reading: Reading
    let rejected: [RejectedRow]
    /// Nil where it was compared with nothing.
    let decision: PollDecision?

    /// More are counted and not shown.
    private static let shownRows = 50

    init(_ reading: Reading, rejected: [RejectedRow], decision: PollDecision?) {
        self.reading = reading
        self.rejected = rejected
        self.decision = decision
    }

    private var read: [(String, Int)] {
        [
            ("enrolments", reading.enrolments.count), ("absences", reading.absences.count), ("offered", reading.offered.count),
            ("consents", reading.consents.count), ("coverage", reading.coverage.count),
        ]
    }

    private var complete: [RecordKind] { reading.complete.sorted() }

    var json: JSON {
        var members: [JSON.Member] = [
            .init("rows", reading.rows.json), .init("read", .object(read.map { .init($0.0, $0.1.json) })),
            .init("complete", .array(complete.map(\.json))), .init("coverage", reading.coverage.json),
            .init(
                "rejected",
                .array(
                    rejected.map {
                        ["kind": $0.kind.json, "file": $0.file.json, "line": Int($0.line).json, "reason": $0.reason.json]
                    })),
        ]
        if !reading.remarks.isEmpty { members.append(.init("remarks", reading.remarks.json)) }
        switch decision {
        case .apply(let poll): members += [.init("outcome", "completed"), .init("changes", poll.changes.json)]
        case .hold(let withdrawals): members += [.init("outcome", "held"), .init("withdrawals", withdrawals.json)]
        case nil: break
        }
        return .object(members)
    }

    var lines: [String] {
        var lines = ["read       \(reading.rows) rows: " + read.map { "\($0.1) \($0.0)" }.joined(separator: ", ")]
        lines.append("complete   \(complete.isEmpty ? "nothing: silence means nothing" : complete.map(\.rawValue).joined(separator: ", "))")
        for claim in reading.coverage.prefix(PreviewReport.shownRows) {
            lines.append("covers     \(claim.from)–\(claim.through) of \(claim.school?.rawValue ?? "all schools")")
        }
        switch decision {
        case .apply(let poll):
            let changes = poll.changes
            lines.append("would      know \(changes.pupils) new pupils")
            lines.append("           record \(changes.enrolmentsRecorded) enrolments and end \(changes.enrolmentsEnded)")
            lines.append(
                "           record \(changes.absencesRecorded) marks, reclassify \(changes.absencesReclassified), retime "
                    + "\(changes.absencesRetimed) and withdraw \(changes.absencesWithdrawn)")
            lines.append("           record \(changes.consentsRecorded) consents and let \(changes.consentsLapsed) lapse")
        case .hold(let withdrawals):
            lines.append("would      be held: it would withdraw \(withdrawals.map(\.sentence).joined(separator: " and "))")
        case nil: lines.append("compared   with nothing: no source was named")
        }
        for remark in reading.remarks { lines.append("look at    \(remark)") }
        lines.append("rejected   \(rejected.count) rows")
        for row in rejected.prefix(PreviewReport.shownRows) { lines.append("           \(row.file):\(row.line): \(row.reason)") }
        if rejected.count > PreviewReport.shownRows { lines.append("           … and \(rejected.count - PreviewReport.shownRows) more") }
        return lines
    }
}
