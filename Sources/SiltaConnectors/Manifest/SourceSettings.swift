internal import SiltaConfiguration
internal import SiltaCore
internal import SiltaFormats

/// The configuration of one source, validated, and the manifest's streams as it changes them.
struct SourceSettings: Sendable {
    /// Where the files lie, as a path; empty where they are on a server, and for a program.
    let folder: String
    /// The server's folder; nil where the files lie on this machine.
    let remote: RemoteFolder?
    /// How its server is asked; nil where nothing is, beside for files.
    private(set) var requests: RequestSettings?
    /// How files are read; nil for a program.
    let read: ReadPlan?
    private(set) var streams: [StreamMapping]
    /// Those that a stream looks in.
    private(set) var tables: [TableMapping]
    /// Whether other rows are skipped tomorrow.
    let skipsMove: Bool
    /// What clocks show where the provider is.
    let clock: LocalClock
    /// How the files of each stream are read, by its name.
    private(set) var files: [String: FileReading] = [:]
    /// Likewise of each table.
    private(set) var tableFiles: [String: FileReading] = [:]
    /// The value maps that the manifest leaves to the configuration, by property.
    let values: [String: [String: String]]
    /// How the program is run; nil for files.
    let plan: ProgramPlan?
    /// What a program is told; nil for files.
    let program: ProgramConfiguration?
    /// What the manifest says that is covered.
    private(set) var coverage: (from: DeclaredCoverage.Day, through: DeclaredCoverage.Day)?

    init(_ setting: Setting, manifest: Manifest, clock: LocalClock = .standard) throws(ConfigurationError) {
        let keys = manifest.configuration.propertyNames + Manifest.overrides
        self = try setting.read(allowing: keys) { (fields) throws(ConfigurationError) in
            try SourceSettings(fields, manifest: manifest, clock: clock)
        }
    }

    private init(_ fields: Fields, manifest: Manifest, clock: LocalClock) throws(ConfigurationError) {
        self.clock = clock
        let (properties, renamed, tables) = try gather(
            Result { () throws(ConfigurationError) in try manifest.configuration.values(of: fields) },
            Result { () throws(ConfigurationError) in try SourceSettings.streams(fields, manifest: manifest) },
            Result { () throws(ConfigurationError) in try SourceSettings.tables(fields, manifest: manifest) })
        var streams: [StreamMapping] = []
        for stream in renamed where stream.condition?.holds(properties) != false {
            streams.append(try stream.configured(properties, at: fields.setting))
        }
        self.streams = streams
        let used = Set(streams.flatMap(\.tables))
        self.tables = try tables.filter { used.contains($0.name) }.map { (table) throws(ConfigurationError) in
            try table.configured(properties)
        }
        skipsMove = (streams.flatMap(\.skips) + self.tables.flatMap(\.skips)).contains(where: \.moves)
        func value(_ parameter: Parameter) throws(ConfigurationError) -> Setting {
            switch parameter {
            case .value(let value): return value
            case .setting(let name):
                guard let value = properties[name] else { throw fields.setting.error("the key \"\(name)\" is missing") }
                return value
            }
        }
        values = try SourceSettings.valueMaps(streams, properties: properties)
        read = try manifest.read?.configured(properties)
        if let read {
            let location = try value(read.location)
            if try location.string().contains("://") {
                (folder, remote) = ("", try RemoteFolder(location, properties))
            } else {
                (folder, remote) = (try SourceSettings.folder(location), nil)
                try RemoteFolder.refuse(properties)
            }
            requests = try RequestSettings(
                remote, location, properties, read: read, streams: streams, tables: self.tables, clock: clock)
            (plan, program) = (nil, nil)
            func reading(_ plan: FilePlan) throws(ConfigurationError) -> FileReading {
                if remote?.isListable == false, plan.patterns.contains(where: \.isOpen) {
                    throw location.error(
                        "a web server does not list its files, and \(plan.text) is a pattern; sftp or a folder would be right")
                }
                var encoding = TextEncoding.utf8
                if let parameter = plan.encoding ?? read.encoding { encoding = try value(parameter).choice(of: TextEncoding.self) }
                return try FileReading(plan, read, encoding: encoding, values: properties)
            }
            for stream in streams {
                if let plan = stream.files { files[stream.name] = try reading(plan) }
            }
            for table in self.tables {
                if let plan = table.files { tableFiles[table.name] = try reading(plan) }
            }
        } else {
            (folder, remote, requests) = ("", nil, nil)
            plan = try manifest.program(for: properties)
            program = try ProgramConfiguration(properties, schema: manifest.configuration, only: plan?.told)
        }
        if let declared = try manifest.coverage(for: properties) {
            var days = (from: DeclaredCoverage.Day.date(DateFormat.firstDay), through: DeclaredCoverage.Day.before(days: 0))
            if let from = declared.from { days.from = try DeclaredCoverage.Day(value(from)) }
            if let through = declared.through { days.through = try DeclaredCoverage.Day(value(through)) }
            coverage = days
        }
    }

    /// The same with what its rules say of days as it is on this one.
    func on(_ today: LocalDate) -> SourceSettings {
        guard (streams.flatMap(\.skips) + tables.flatMap(\.skips)).contains(where: { $0.day != nil }) else { return self }
        var settings = self
        settings.streams = streams.map { $0.on(today) }
        settings.tables = tables.map { $0.on(today) }
        settings.requests = requests?.on(today)
        return settings
    }

    /// Whether marks are read: only then are days covered by them.
    var readsAbsences: Bool { streams.contains { $0.kind == .absence } }

    /// What is covered by being read to the end today, where the manifest says so and it is any day at all.
    func coverage(on today: LocalDate) -> Coverage? {
        guard let coverage else { return nil }
        let (from, through) = (coverage.from.date(on: today), coverage.through.date(on: today))
        return from <= through ? Coverage(school: nil, from: from, through: through) : nil
    }

    /// The manifest's streams with the source's own `files` and `columns`.
    private static func streams(_ fields: Fields, manifest: Manifest) throws(ConfigurationError) -> [StreamMapping] {
        let known =
            if let name = manifest.streamsProperty, let own = fields.optional(name) {
                try StreamMapping.ofProgram(own, schema: manifest.configuration, tables: SourceSettings.tables(fields, manifest: manifest))
            } else {
                manifest.streams
            }
        let names = known.map(\.name)
        let files = try fields.optional("files")?.fields(allowing: names + manifest.tables.map(\.name))
        let columns = try fields.optional("columns")?.fields(allowing: names)
        var streams: [StreamMapping] = []
        for var stream in known {
            if let file = files?.optional(stream.name) {
                // An export that has no such file.
                if case .scalar(let text) = file.content, text.isQuoted, text.text.isEmpty { continue }
                if stream.files != nil {
                    stream.files?.patterns = try FilePattern.all(file)
                    stream.file = stream.files?.text ?? ""
                } else {
                    stream.file = try StreamMapping.fileName(file)
                }
            }
            if let own = try columns?.optional(stream.name)?.fields(allowing: stream.kind.fields.map(\.name)) {
                try rename(&stream, own)
            }
            streams.append(stream)
        }
        return streams
    }

    private static func tables(_ fields: Fields, manifest: Manifest) throws(ConfigurationError) -> [TableMapping] {
        if let name = manifest.tablesProperty {
            return try fields.optional(name).map { (own) throws(ConfigurationError) in
                try TableMapping.all(own, schema: manifest.configuration, isOfProgram: true)
            } ?? []
        }
        guard let files = fields.optional("files"), case .mapping(let entries) = files.content else { return manifest.tables }
        var tables: [TableMapping] = []
        for var table in manifest.tables {
            if let entry = entries.first(where: { $0.key == table.name }) { table.files?.patterns = try FilePattern.all(entry.value) }
            tables.append(table)
        }
        return tables
    }

    private static func rename(_ stream: inout StreamMapping, _ own: Fields) throws(ConfigurationError) {
        for field in stream.kind.fields {
            guard let setting = own.optional(field.name) else { continue }
            let column = try setting.string(allowingEmpty: !field.isNeeded)
            try stream.refuseDropped(column, at: setting, field: field.name)
            if var mapping = stream.fields[field.name] {
                if case .column(let other) = mapping.origin { stream.skips = stream.skips.map { $0.renamed(other, to: column) } }
                mapping.origin = .column(column)
                stream.fields[field.name] = mapping
            } else {
                stream.fields[field.name] = FieldMapping(column: column, of: field)
            }
        }
    }

    /// A path below the file that names it, where it is not an absolute one.
    private static func folder(_ setting: Setting) throws(ConfigurationError) -> String {
        let text = try setting.string()
        guard !text.hasPrefix("/"), let slash = setting.file.lastIndex(of: "/") else { return text }
        return String(setting.file[...slash]) + text
    }

    private static func valueMaps(
        _ streams: [StreamMapping], properties: [String: Setting]
    ) throws(ConfigurationError) -> [String: [String: String]] {
        var maps: [String: [String: String]] = [:]
        for stream in streams {
            for field in stream.kind.fields {
                guard case .setting(let name)? = stream.fields[field.name]?.values, let setting = properties[name] else { continue }
                maps[name] = try FieldMapping.meanings(setting, field)
            }
        }
        return maps
    }
}

extension StreamMapping {
    /// The stream with what the source configures in place of the names of its settings.
    ///
    /// - Parameter setting: the source's whole configuration.
    fileprivate func configured(_ properties: [String: Setting], at setting: Setting) throws(ConfigurationError) -> StreamMapping {
        var stream = self
        for field in kind.fields {
            guard var mapping = fields[field.name] else { continue }
            if case .setting(let name) = mapping.origin {
                if let value = properties[name] {
                    mapping.origin = .constant(try field.canonical(value))
                } else if field.isNeeded {
                    throw setting.error("the key \"\(name)\" is missing")
                } else {
                    mapping.origin = .column("")
                }
            }
            if let name = mapping.minutesADay {
                guard let value = properties[name] else { throw setting.error("the key \"\(name)\" is missing") }
                mapping.numbers?.minutesADay = try value.integer(in: 1...1440)
            }
            stream.fields[field.name] = mapping
        }
        stream.skips = try skips.configured(properties)
        return stream
    }
}
