public import SiltaConfiguration
public import SiltaCore
internal import SiltaFormats

/// A connector with the configuration of one source: what reads that source's register.
public struct Connector: Sendable {
    /// A poll of which more rows are rejected than this, and than a tenth of all its rows, is not believed at all.
    public static let rejectedLimit = 10_000

    public let manifest: Manifest
    private(set) var configuration: SourceSettings
    let host: ProgramHost
    /// Whatever else than its bytes decides what an export means: another digest, and it is read again.
    let meaning: Digest
    let fetcher: Fetcher?
    /// Of the reading that is under way.
    public let progress = ReadProgress()
    let pause = FetchPause()
    let token = AccessToken()

    /// - Parameters:
    ///   - configuration: What stands under `config` of the source. A relative location is below the folder of its file.
    ///   - program: The version of the program that reads.
    ///   - host: What a connector needs that is a program of its own.
    ///   - clock: What clocks show where the provider is.
    ///   - fetcher: makes what a location on a server is read with; without it, only folders of this machine are read.
    /// - Throws: Everything in it that is not as the manifest has it, with file, line and key path; and what `fetcher` throws.
    public init(
        _ manifest: Manifest, configuration: Setting, program: String = "", host: ProgramHost = ProgramHost(),
        clock: LocalClock = .standard, fetcher: ((RemoteFolder) throws -> Fetcher)? = nil
    ) throws {
        self.manifest = manifest
        self.host = host
        self.configuration = try SourceSettings(configuration, manifest: manifest, clock: clock)
        var digest = FileDigest()
        for part in [program, clock.name, manifest.digest.rawValue, Digest(of: configuration).rawValue] {
            digest.absorb(part)
            digest.endPart()
        }
        meaning = digest.finish()
        self.fetcher = try self.configuration.remote.flatMap { try fetcher?($0) }
        guard fetcher != nil else { return }
        // So that whoever checks hears of those that are missing.
        for secret in self.configuration.requests?.authentication.secrets ?? [] { _ = try host.secret(secret) }
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

    /// Tries whether everything can be read: of a server's lists, who asks and the first page of each; of all else, everything.
    ///
    /// - Throws: ``ReadFailure``.
    public func tryReading() throws {
        guard let requests = configuration.requests else {
            _ = try read()
            return
        }
        try tryRequests(requests) {}
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
        progress.begin()
        return try asOfToday.readAsItIs(after: last, step: step)
    }

    private func readAsItIs(after last: SourceCursor?, step: () throws -> Void) throws -> SourceAnswer {
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
            guard let plan = configuration.read else { preconditionFailure("A manifest has either a program or a plan to read files.") }
            if let requests = configuration.requests { return try ask(requests, plan, after: last, step: check) }
            if configuration.remote != nil { return try fetch(after: cursor.flatMap(RemoteCursor.init), step: check) }
            var selection = FileSelection(FolderView(folder: configuration.folder))
            let names = try select(&selection)
            let export = try open(names, fetched: [:])
            let meaning = meaning(of: names)
            if let cursor = cursor.flatMap(ExportCursor.init), cursor.meaning == meaning {
                if let same = try export.isSame(as: cursor, step: check) { return .unchanged(cursor: same.description) }
            }
            let (isSettled, stamps) = (export.isSettled, export.files.map(\.stamp))
            return .read(
                try read(export, step: check) {
                    ExportCursor(meaning: meaning, content: $0, isSettled: isSettled, stamps: stamps).description
                })
        } catch {
            throw interruption ?? error
        }
    }

    /// The same with its rules as they are today.
    var asOfToday: Connector {
        var connector = self
        connector.configuration = configuration.on(host.today())
        return connector
    }

    private func fetch(after cursor: RemoteCursor?, step: () throws(ReadFailure) -> Void) throws -> SourceAnswer {
        guard let fetcher else {
            throw ReadFailure(
                .unreadable, file: nil,
                "nothing is fetched from a server without an installation; its silta.yaml should be there, or be named with --config")
        }
        let asked = try FetchQuestions(fetcher, pause)
        let names = try withoutActuallyEscaping(step) { step in
            var selection = FileSelection(asked.view { try step() })
            return try select(&selection)
        }
        let meaning = meaning(of: names)
        let cursor = cursor?.meaning == meaning ? cursor : nil
        var needed: [String] = []
        var seen: Set<String> = []
        for name in names.flatMap(\.self) where seen.insert(name).inserted { needed.append(name) }
        let known = cursor.flatMap { $0.isSettled ? $0.stamps : nil }
        guard let fetched = try FetchedExport(needed, from: asked, known: known, step: step) else {
            return .unchanged(cursor: cursor?.description ?? "")
        }
        let export = try open(names, fetched: fetched.files)
        func cursorText(_ content: Digest) -> String {
            RemoteCursor(meaning: meaning, content: content, isSettled: fetched.isSettled, stamps: fetched.stamps).description
        }
        if let cursor, cursor.stamps.map(\.size) == fetched.stamps.map(\.size), try export.digest(step: step) == cursor.content {
            return .unchanged(cursor: cursorText(cursor.content))
        }
        return .read(try read(export, step: step, cursor: cursorText))
    }

    /// The names of the files of each table, and then of each stream, in their order.
    private func select(_ selection: inout FileSelection) throws -> [[String]] {
        var names: [[String]] = []
        for table in configuration.tables {
            names.append(try configuration.tableFiles[table.name].map { try selection.names(of: $0) } ?? [])
        }
        for stream in configuration.streams {
            names.append(try configuration.files[stream.name].map { try selection.names(of: $0) } ?? [])
        }
        return names
    }

    /// Of an export of these files: others may hold the same bytes and be others nevertheless.
    private func meaning(of names: [[String]]) -> Digest {
        var digest = FileDigest()
        digest.absorb(meaning.rawValue)
        digest.endPart()
        if configuration.skipsMove { digest.absorb(host.today().description) }
        for names in names {
            digest.absorb(names.map { "\($0.utf8.count) \($0)" }.joined(separator: "\n"))
            digest.endPart()
        }
        return digest.finish()
    }

    /// - Parameter cursor: what to call the export from now on, by the digest of its files.
    private func read(
        _ export: OpenExport, step: () throws(ReadFailure) -> Void, cursor: (Digest) -> String
    ) throws(ReadFailure) -> Reading {
        var digest = ExportDigest()
        let tables = try export.readTables(&digest, clock: configuration.clock, step: step)
        var readers = ExportReaders(export, tables, configuration: configuration)
        try readers.readRecords(&digest, step: step)
        if let first = readers.firstRejection, Connector.isFlooded(readers.rejectedCount, of: readers.rowCount) {
            throw ReadFailure(
                .flooded, file: first.file,
                "\(readers.rejectedCount) of \(readers.rowCount) rows were not understood; "
                    + "the first on line \(first.line) of \(first.file): \(first.reason)")
        }
        var reading = Reading(
            complete: Set(configuration.streams.map(\.kind)), rows: readers.rowCount, files: export.fileNames,
            cursor: cursor(digest.finish()))
        reading.rejected = try readers.rejectedRows(step: step)
        try export.checkUnchanged()
        readers.hand(to: &reading)
        if let declared = configuration.coverage(on: host.today()) { reading.coverage.append(declared) }
        reading.settleCoverage(readsAbsences: configuration.readsAbsences)
        return reading
    }

    static func isFlooded(_ rejected: Int, of rows: Int) -> Bool { rejected > max(rejectedLimit, rows / 10) }

    /// - Parameters:
    ///   - names: of the files of each table and each stream.
    ///   - fetched: by name; files of this machine are not among them.
    private func open(_ names: [[String]], fetched: [String: RegisterFile]) throws(ReadFailure) -> OpenExport {
        var files = fetched
        var rest = names[...]
        var tables: [OpenExport.Table] = []
        for table in configuration.tables {
            guard let names = rest.popFirst(), let reading = configuration.tableFiles[table.name] else { continue }
            tables.append(OpenExport.Table(mapping: table, reading: reading, documents: try open(names, reading, &files)))
        }
        var streams: [OpenExport.Stream] = []
        for stream in configuration.streams {
            guard let names = rest.popFirst(), let reading = configuration.files[stream.name] else { continue }
            streams.append(OpenExport.Stream(mapping: stream, reading: reading, documents: try open(names, reading, &files)))
        }
        return OpenExport(streams, tables: tables)
    }

    /// - Parameter files: those that are open already: a file is opened once, however many streams are read from it.
    private func open(
        _ names: [String], _ reading: FileReading, _ files: inout [String: RegisterFile]
    ) throws(ReadFailure) -> [RegisterDocument] {
        var documents: [RegisterDocument] = []
        for name in names {
            let file: RegisterFile
            if let open = files[name] { file = open } else { file = try RegisterFile(folder: configuration.folder, name: name) }
            files[name] = file
            documents += try RegisterDocument.all(in: file, member: reading.member)
        }
        return documents
    }
}
