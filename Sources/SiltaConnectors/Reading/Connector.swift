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

    /// - Parameters:
    ///   - configuration: What stands under `config` of the source. A relative location is below the folder of its file.
    ///   - program: The version of the program that reads.
    ///   - host: What a connector needs that is a program of its own.
    /// - Throws: Everything in it that is not as the manifest has it, with file, line and key path.
    public init(
        _ manifest: Manifest, configuration: Setting, program: String = "", host: ProgramHost = ProgramHost()
    ) throws(ConfigurationError) {
        self.manifest = manifest
        self.host = host
        self.configuration = try SourceSettings(configuration, manifest: manifest)
        var digest = FileDigest()
        for part in [program, manifest.digest.rawValue, Digest(of: configuration).rawValue] {
            digest.absorb(part)
            digest.endPart()
        }
        meaning = digest.finish()
    }

    /// Reads everything, to its end, and blocks meanwhile.
    ///
    /// All files are opened before the first is read, and none may have changed when the last has been.
    public func read() throws(ReadFailure) -> Reading {
        if let plan = manifest.program { return try run(plan, after: nil, step: {}).reading }
        var export = try open()
        return try read(&export, step: {})
    }

    /// Reads everything, unless it is what it was when it was read last.
    ///
    /// Where no file has another stamp than then, nothing is read at all; where the bytes are the same, nothing but their digest is
    /// made.
    ///
    /// - Parameters:
    ///   - cursor: of the last reading; nil reads everything.
    ///   - step: is called at least every few thousand rows.
    /// - Throws: ``ReadFailure``, and what `step` throws.
    public func read(after cursor: String?, step: () throws -> Void) throws -> SourceAnswer {
        var interruption: (any Error)?
        func check() throws(ReadFailure) {
            do { try step() } catch {
                interruption = error
                throw ReadFailure(.stopped, file: nil, "reading was asked to stop")
            }
        }
        do {
            if let plan = manifest.program {
                let run = try run(plan, after: cursor, step: check)
                return run.isUnchanged ? .unchanged(cursor: run.reading.cursor ?? "") : .read(run.reading)
            }
            var export = try open()
            if let cursor = cursor.flatMap(ExportCursor.init), cursor.meaning == meaning {
                if let same = try export.isSame(as: cursor, step: check) { return .unchanged(cursor: same.description) }
            }
            return .read(try read(&export, step: check))
        } catch {
            throw interruption ?? error
        }
    }

    private func read(_ export: inout OpenExport, step: () throws(ReadFailure) -> Void) throws(ReadFailure) -> Reading {
        let isSettled = export.isSettled
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
            cursor: ExportCursor(meaning: meaning, content: digest.finish(), isSettled: isSettled, stamps: export.files.map(\.stamp))
                .description)
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

    private func open() throws(ReadFailure) -> OpenExport {
        OpenExport(
            enrolments: try open(EnrolmentInterpreter.self), absences: try open(AbsenceInterpreter.self),
            consents: try open(ConsentInterpreter.self), coverage: try open(CoverageInterpreter.self))
    }

    private func open<Interpreter>(_ interpreter: Interpreter.Type) throws(ReadFailure) -> StreamReader<Interpreter>? {
        guard let stream = configuration.streams.first(where: { $0.kind == Interpreter.kind }) else { return nil }
        guard let plan = manifest.read else { return nil }
        return try StreamReader(stream, plan: plan, configuration: configuration)
    }
}
