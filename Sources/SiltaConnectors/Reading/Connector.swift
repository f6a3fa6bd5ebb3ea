public import SiltaConfiguration
public import SiltaCore

/// A connector with the configuration of one source: what reads that source's register.
public struct Connector: Sendable {
    /// A poll of which more rows are rejected than this, and than a tenth of all its rows, is not believed at all.
    public static let rejectedLimit = 10_000

    public let manifest: Manifest
    private let configuration: SourceSettings

    /// - Parameter configuration: What stands under `config` of the source. A relative location is below the folder of its file.
    /// - Throws: Everything in it that is not as the manifest has it, with file, line and key path.
    public init(_ manifest: Manifest, configuration: Setting) throws(ConfigurationError) {
        self.manifest = manifest
        self.configuration = try SourceSettings(configuration, manifest: manifest)
    }

    /// Reads everything, to its end, and blocks meanwhile.
    ///
    /// All files are opened before the first is read, and none may have changed when the last has been.
    public func read() throws(ReadFailure) -> Reading {
        var enrolments = try open(EnrolmentInterpreter.self)
        var absences = try open(AbsenceInterpreter.self)
        var consents = try open(ConsentInterpreter.self)
        var coverage = try open(CoverageInterpreter.self)
        try enrolments?.readRecords()
        try absences?.readRecords()
        try consents?.readRecords()
        try coverage?.readRecords()
        let rows = (enrolments?.rowCount ?? 0) + (absences?.rowCount ?? 0) + (consents?.rowCount ?? 0) + (coverage?.rowCount ?? 0)
        let rejected =
            (enrolments?.rejectedCount ?? 0) + (absences?.rejectedCount ?? 0) + (consents?.rejectedCount ?? 0)
            + (coverage?.rejectedCount ?? 0)
        let first = enrolments?.firstRejection ?? absences?.firstRejection ?? consents?.firstRejection ?? coverage?.firstRejection
        if let first, rejected > max(Connector.rejectedLimit, rows / 10) {
            throw ReadFailure(
                .flooded, file: first.file,
                "\(rejected) of \(rows) rows were not understood; the first on line \(first.line) of \(first.file): \(first.reason)")
        }
        var reading = Reading(
            complete: Set(manifest.streams.map(\.kind)), rows: rows,
            files: Dictionary(configuration.streams.map { ($0.kind, $0.file) }, uniquingKeysWith: { $1 }))
        reading.rejected += try enrolments?.rejectedRows() ?? []
        reading.rejected += try absences?.rejectedRows() ?? []
        reading.rejected += try consents?.rejectedRows() ?? []
        reading.rejected += try coverage?.rejectedRows() ?? []
        try enrolments?.checkUnchanged()
        try absences?.checkUnchanged()
        try consents?.checkUnchanged()
        try coverage?.checkUnchanged()
        reading.enrolments = enrolments?.records ?? []
        reading.absences = absences?.records ?? []
        reading.consents = consents?.records ?? []
        reading.coverage = coverage?.records ?? []
        return reading
    }

    private func open<Interpreter>(_ interpreter: Interpreter.Type) throws(ReadFailure) -> StreamReader<Interpreter>? {
        guard let stream = configuration.streams.first(where: { $0.kind == Interpreter.kind }) else { return nil }
        return try StreamReader(stream, plan: manifest.read, configuration: configuration)
    }
}
