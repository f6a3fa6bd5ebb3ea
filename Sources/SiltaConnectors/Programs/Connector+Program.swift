internal import Foundation
internal import SiltaConfiguration
internal import SiltaCore
internal import SiltaFormats

extension Connector {
    /// What came of a run of the program.
    struct ProgramReading {
        var reading: Reading
        /// It told what it told when it gave the cursor, and nothing waits to hear of it.
        var isUnchanged: Bool
    }

    /// Runs the program to its end.
    ///
    /// - Parameter cursor: of the last reading; nil lets it begin from nothing.
    func run(
        _ plan: ProgramPlan, after cursor: String?, step: () throws(ReadFailure) -> Void
    ) throws(ReadFailure) -> ProgramReading {
        guard let told = configuration.program else { preconditionFailure("A program's settings hold what it is told.") }
        try pause.check()
        let last = cursor.flatMap { ProgramCursor($0) }.flatMap { $0.meaning == meaning ? $0 : nil }
        let today = host.today()
        let state = plan.telling == .changes ? last?.state(on: today) : nil
        let (content, values) = try told.file(host.secret)
        let secrets = SecretValues(values)
        let conversation = try Conversation(manifest: manifest, plan: plan, settings: configuration, secrets: secrets, disk: host.disk)
        let process = try start(plan, configuration: content, state: state)
        var errors = ErrorLines(secrets: secrets, tell: host.tell)
        let run = ProgramRun(process: process, conversation: conversation, limits: plan.limits, deadline: host.deadline, progress: progress)
        let isWaiting: Bool
        do throws(ReadFailure) { isWaiting = try run.run(&errors, step: step) } catch {
            // Until then the register is left alone: the program is not run.
            if conversation.isIncomplete, let wait = conversation.pause { _ = pause.begin(wait) }
            throw error
        }

        if !conversation.hasHello { try conversation.endWithoutHello(coverage: configuration.coverage, today: today) }
        guard conversation.hasEnded else {
            throw ReadFailure(.program, file: nil, "the program ended without END, so what it told is not complete")
        }
        guard !Connector.isFlooded(conversation.rejectedCount, of: conversation.rows) else { throw conversation.flooded() }
        let isUnresolved = conversation.isUnresolved
        var reading = conversation.reading(isAll: state == nil)
        if configuration.skipsMove { conversation.digest.absorb(today.description) }
        conversation.digest.endPart()
        var now = ProgramCursor(meaning: meaning, content: conversation.digest.finish(), state: conversation.state ?? state)
        if plan.telling == .changes {
            now.again = ProgramCursor.again(after: last, isUnresolved: isUnresolved, given: state, on: today)
        }
        reading.cursor = now.description
        if isWaiting {
            let acknowledgement = Acknowledgement(process, state: now.state, grace: plan.limits.grace)
            reading.committed = { acknowledgement.committed() }
        }
        let isUnchanged = plan.telling == .everything && last?.content == now.content && !isWaiting
        return ProgramReading(reading: reading, isUnchanged: isUnchanged)
    }

    func start(_ plan: ProgramPlan, configuration: JSON, state: JSON?) throws(ReadFailure) -> ProgramProcess {
        guard RunningPrograms.willStart() else { throw ReadFailure(.stopped, file: nil, "silta is stopping") }
        defer { RunningPrograms.hasStarted() }
        let files = try PrivateFolder(in: host.folder)
        let folder = URL(filePath: manifest.folder.isEmpty ? "." : manifest.folder).standardizedFileURL.path
        var command = plan.command
        command += ["--config", try files.write("config.json", configuration.bytes)]
        command += ["--state", try files.write("state.json", (state ?? .object([])).bytes)]
        if let catalog = plan.catalog { command += ["--catalog", catalog.hasPrefix("/") ? catalog : "\(folder)/\(catalog)"] }
        let own = ProcessInfo.processInfo.environment
        // Nothing else: where credentials lie and who listens to the service is none of the program's business.
        var environment = [
            "PATH=\(own["PATH"] ?? "/usr/local/bin:/usr/bin:/bin")", "LANG=C.UTF-8", "HOME=\(files.path)", "TMPDIR=\(files.path)",
        ]
        if let zone = own["TZ"] { environment.append("TZ=\(zone)") }
        return try ProgramProcess(command, in: folder, files: files, environment: environment, limits: plan.limits)
    }
}

extension Conversation {
    /// The end of a Singer tap, which has no message for it: it has come to its end by itself, and everything that is mapped was spoken
    /// of. What it covers is what the manifest declares.
    func endWithoutHello(
        coverage: (from: DeclaredCoverage.Day, through: DeclaredCoverage.Day)?, today: LocalDate
    ) throws(ReadFailure) {
        guard messages > 0 else {
            throw ReadFailure(.program, file: nil, "the program said nothing; its first message must be HELLO, or it must be a Singer tap")
        }
        let silent = takers.first { !$0.isMentioned }?.stream.file ?? tableTakers.first { !$0.isMentioned }?.mapping.stream
        if let silent {
            throw ReadFailure(
                .program, file: nil,
                "the program told nothing of the stream \"\(silent)\", not even its schema; its catalog should select it"
                    + (takers.contains(where: \.isMentioned) ? "" : "; what is no Singer tap must begin with HELLO"))
        }
        guard let coverage else {
            guard takers.contains(where: { $0.stream.kind == .coverage }) else {
                throw ReadFailure(
                    .program, file: nil,
                    "the program cannot say what it covers, and its manifest does not; coverage: {from: …, through: today} should stand there"
                )
            }
            return try end(covering: nil)
        }
        try end(covering: (coverage.from.date(on: today), coverage.through.date(on: today)))
    }

    /// What it told, once it has ended.
    ///
    /// - Parameter isAll: It was to tell everything, and not only what is new.
    func reading(isAll: Bool) -> Reading {
        // Marks and minutes are gone only within what is covered, so of them silence always means something; so that a line nobody could read
        // was nothing that is missed, it means nothing where there is one.
        let told = complete.union([.absence, .offered]).intersection(takers.map(\.stream.kind))
        var reading = Reading(
            complete: isAll && unreadable.isEmpty ? told : [], rows: rows,
            files: Dictionary(takers.map { ($0.stream.kind, [$0.stream.file]) }, uniquingKeysWith: +))
        reading.rejected = unreadable
        for taker in takers { taker.hand(to: &reading) }
        reading.coverageOfOffered = reading.coverage + coverageOfOffered
        reading.coverage += coverage
        reading.settleCoverage(readsAbsences: takers.contains { $0.stream.kind == .absence })
        return reading
    }
}
