public import SiltaConfiguration
public import SiltaCore
internal import SiltaFormats

/// A connector with the configuration of one source: what reads that source's register.
public struct Connector: Sendable {
    /// A poll of which more rows are rejected than this, and than a tenth of all its rows, is not believed at all.
    public static let rejectedLimit = 10_000

    public let manifest: Manifest
    let configuration: SourceSettings
    let host: ProgramHost
    /// Whatever else than its bytes decides what an export means: another digest, and it is read again.
    let meaning: Digest
    private let fetcher: Fetcher?
    private let pause = FetchPause()

    /// - Parameters:
    ///   - configuration: What stands under `config` of the source. A relative location is below the folder of its file.
    ///   - program: The version of the program that reads.
    ///   - host: What a connector needs that is a program of its own.
    ///   - fetcher: makes what a location on a server is read with; without it, only folders of this machine are read.
    /// - Throws: Everything in it that is not as the manifest has it, with file, line and key path; and what `fetcher` throws.
    public init(
        _ manifest: Manifest, configuration: Setting, program: String = "", host: ProgramHost = ProgramHost(),
        fetcher: ((RemoteFolder) throws -> Fetcher)? = nil
    ) throws {
        self.manifest = manifest
        self.host = host
        self.configuration = try SourceSettings(configuration, manifest: manifest)
        var digest = FileDigest()
        for part in [program, manifest.digest.rawValue, Digest(of: configuration).rawValue] {
            digest.absorb(part)
            digest.endPart()
        }
        meaning = digest.finish()
        self.fetcher = try self.configuration.remote.flatMap { try fetcher?($0) }
    }

    /// Reads everything, to its end, and blocks meanwhile.
    ///
    /// All files are opened before the first is read, and none may have changed when the last has been. Files of a server are fetched,
    /// all of them, before the first is read.
    ///
    /// - Throws: ``ReadFailure``.
    public func read() throws -> Reading {
        guard case .read(let reading) = try read(after: nil, step: {}) else {
            preconditionFailure("nothing was known before, and so nothing can be unchanged")
        }
        return reading
    }

    /// Reads everything, or where the connector can, what is new; unless it is what it was when it was read last.
    ///
    /// Where no file has another stamp than then, nothing is read at all; where the bytes are the same, nothing but their digest is
    /// made.
    ///
    /// - Parameters:
    ///   - last: of the last completed reading; nil reads everything.
    ///   - step: is called at least every few thousand rows.
    /// - Throws: ``ReadFailure``, and what `step` throws.
    public func read(after last: SourceCursor?, step: () throws -> Void) throws -> SourceAnswer {
        var interruption: (any Error)?
        func check() throws(ReadFailure) {
            do { try step() } catch {
                interruption = error
                throw ReadFailure(.stopped, file: nil, "reading was asked to stop")
            }
        }
        do {
            if let plan = configuration.plan {
                let run = try run(plan, after: last?.text, step: check)
                let isUnchanged = run.isUnchanged && last?.isCurrent == true
                return isUnchanged ? .unchanged(cursor: run.reading.cursor ?? "") : .read(run.reading)
            }
            let cursor = last.flatMap { $0.isCurrent ? $0.text : nil }
            if configuration.remote != nil { return try fetch(after: cursor.flatMap(RemoteCursor.init), step: check) }
            var export = try open(files: nil)
            if let cursor = cursor.flatMap(ExportCursor.init), cursor.meaning == meaning {
                if let same = try export.isSame(as: cursor, step: check) { return .unchanged(cursor: same.description) }
            }
            let (isSettled, stamps) = (export.isSettled, export.files.map(\.stamp))
            return .read(
                try read(&export, step: check) {
                    ExportCursor(meaning: meaning, content: $0, isSettled: isSettled, stamps: stamps).description
                })
        } catch {
            throw interruption ?? error
        }
    }

    private func fetch(after cursor: RemoteCursor?, step: () throws(ReadFailure) -> Void) throws -> SourceAnswer {
        guard let fetcher else {
            throw ReadFailure(.unreadable, file: nil, "nothing is fetched from servers here; the folder of an export would be right")
        }
        let cursor = cursor?.meaning == meaning ? cursor : nil
        var names: [String] = []
        for stream in configuration.streams where !names.contains(stream.file) { names.append(stream.file) }
        let known = cursor.flatMap { $0.isSettled ? $0.stamps : nil }
        guard let fetched = try FetchedExport(names, from: fetcher, known: known, pause, step: step) else {
            return .unchanged(cursor: cursor?.description ?? "")
        }
        var export = try open(files: fetched.files)
        func cursorText(_ content: Digest) -> String {
            RemoteCursor(meaning: meaning, content: content, isSettled: fetched.isSettled, stamps: fetched.stamps).description
        }
        if let cursor, cursor.stamps.map(\.size) == fetched.stamps.map(\.size), try export.digest(step: step) == cursor.content {
            return .unchanged(cursor: cursorText(cursor.content))
        }
        return .read(try read(&export, step: step, cursor: cursorText))
    }

    /// - Parameter cursor: what to call the export from now on, by the digest of its files.
    private func read(
        _ export: inout OpenExport, step: () throws(ReadFailure) -> Void, cursor: (Digest) -> String
    ) throws(ReadFailure) -> Reading {
        var digest = FileDigest()
        try export.enrolments?.readRecords(&digest, step: step)
        try export.absences?.readRecords(&digest, step: step)
        try export.consents?.readRecords(&digest, step: step)
        try export.coverage?.readRecords(&digest, step: step)
        if let first = export.firstRejection, Connector.isFlooded(export.rejectedCount, of: export.rowCount) {
            throw ReadFailure(
                .flooded, file: first.file,
                "\(export.rejectedCount) of \(export.rowCount) rows were not understood; "
                    + "the first on line \(first.line) of \(first.file): \(first.reason)")
        }
        var reading = Reading(
            complete: Set(manifest.streams.map(\.kind)), rows: export.rowCount,
            files: Dictionary(configuration.streams.map { ($0.kind, $0.file) }, uniquingKeysWith: { $1 }),
            cursor: cursor(digest.finish()))
        reading.rejected += try export.enrolments?.rejectedRows(step: step) ?? []
        reading.rejected += try export.absences?.rejectedRows(step: step) ?? []
        reading.rejected += try export.consents?.rejectedRows(step: step) ?? []
        reading.rejected += try export.coverage?.rejectedRows(step: step) ?? []
        try export.checkUnchanged()
        reading.enrolments = export.enrolments?.records.records ?? []
        if let absences = export.absences { reading.absences = absences.records }
        reading.consents = export.consents?.records.records ?? []
        reading.coverage = export.coverage?.records.records ?? []
        return reading
    }

    static func isFlooded(_ rejected: Int, of rows: Int) -> Bool { rejected > max(rejectedLimit, rows / 10) }

    /// - Parameter files: what was fetched, by name; nil for files of this machine.
    private func open(files: [String: RegisterFile]?) throws(ReadFailure) -> OpenExport {
        OpenExport(
            enrolments: try open(EnrolmentInterpreter.self, files), absences: try open(AbsenceInterpreter.self, files),
            consents: try open(ConsentInterpreter.self, files), coverage: try open(CoverageInterpreter.self, files))
    }

    private func open<Interpreter>(
        _ interpreter: Interpreter.Type, _ files: [String: RegisterFile]?
    ) throws(ReadFailure) -> StreamReader<Interpreter>? {
        guard let stream = configuration.streams.first(where: { $0.kind == Interpreter.kind }) else { return nil }
        guard let plan = manifest.read else { return nil }
        let file: RegisterFile
        if let fetched = files?[stream.file] {
            file = fetched
        } else {
            file = try RegisterFile(folder: configuration.folder, name: stream.file)
        }
        return StreamReader(stream, of: file, plan: plan, configuration: configuration)
    }
}
